/**
 * Whether the peer of a link that is up is still there, and how far away: pings, their echoes, and silence. A line that
 * answers nothing is out long before the peer is taken for dead, and is asked more often then.
 */
import type { Deadline } from '../clock.ts';
import {
  BUSY_DATAGRAMS_PER_SECOND,
  BUSY_QUIET_MS,
  OUTAGE_MIN_MS,
  OUTAGE_PING_INTERVAL_MS,
  PING_INTERVAL_MS,
  QUEUEING_MS,
  QUIET_AGAIN_MS,
  QUIET_MAX_MS,
  SILENCE_MAX_MS,
  SUSPECTED_ROUND_TRIPS,
  SUSPECTED_SILENCE_MAX_MS,
  SUSPECTED_SILENCE_MIN_MS,
} from './limits.ts';
import { numberOf, numberPayload } from './link-message.ts';

/** As many as are on their way over the longest line while it is out. */
const PINGS_KEPT = 32;
/** Twice what lies between two pings: nobody is so late unless the whole loop is. */
const STOOD_STILL_MS = 2 * PING_INTERVAL_MS;
/** What waits in the socket is read within a turn of the loop, or a few. */
const READ_WITHIN_MS = 500;
/** An end that looks so much later than it should has been held up itself: the peer may have sent all the while. */
const HELD_UP_MS = 50;
/** In how much time it is counted how many datagrams a second come. */
const RATE_WINDOW_MS = 1_000;
const BUSY_RECENT = (BUSY_DATAGRAMS_PER_SECOND * RATE_WINDOW_MS) / 1_000;
/**
 * What a peer had sent before it was gone comes after the word of that, and is no sign of life: for a round trip and what it
 * varies by (as in RFC 6298 section 2), unless it answers a ping of after that word. No longer than half of the time that it
 * has to be heard.
 */
const LATE_VARIATIONS = 4;
const IN_FLIGHT_SHARE = 1 / 2;
/** The weight of one measurement in the smoothed round trip, and in its variation (as in RFC 6298 section 2). */
const SMOOTHING = 1 / 8;
const VARIATION_SMOOTHING = 1 / 4;

export class Liveness {
  #heardAtMs: number;
  /** When the latest ping went out. */
  #pingedAtMs = Number.NEGATIVE_INFINITY;
  /** When the first thing went out that the peer answers and that nothing has come after. */
  #askedAtMs: number | undefined;
  /** When this end last looked. */
  #lookedAtMs: number;
  /** The peer is taken for dead sooner than by its silence. */
  #suspectedUntilMs = Number.POSITIVE_INFINITY;
  /** When it was suspected, and until when what comes may have been sent before that. */
  #suspectedAtMs = Number.NEGATIVE_INFINITY;
  #inFlightUntilMs = Number.NEGATIVE_INFINITY;
  /** Datagrams in the last RATE_WINDOW_MS, when the last one came: older ones count the less. */
  #recent = 0;
  /** The owner has been told that the peer is quiet, and nothing has come since; when it was told last. */
  #isQuiet = false;
  #quietToldAtMs = Number.NEGATIVE_INFINITY;
  /** This end was held up itself: not before that is known what has come. */
  #readByMs = Number.NEGATIVE_INFINITY;
  #number = 0;
  /** When the latest pings went out, by their numbers modulo PINGS_KEPT; not set where one was answered. */
  readonly #sentAtMs: (number | undefined)[] = [];
  #srttMs: number | undefined;
  #variationMs = 0;
  /** The shortest round trip that there was. */
  #leastRttMs = Number.POSITIVE_INFINITY;

  /** The first ping is due at once. */
  constructor(nowMs: number) {
    this.#heardAtMs = nowMs;
    this.#lookedAtMs = nowMs;
  }

  /** The smoothed round trip; undefined before the first was measured. */
  get srttMs(): number | undefined {
    return this.#srttMs;
  }

  /** How far round trips are from the smoothed one, on average. */
  get jitterMs(): number {
    return this.#variationMs;
  }

  /** Whether datagrams wait for each other on the way. */
  get isQueueing(): boolean {
    return this.#srttMs !== undefined && this.#srttMs > this.#leastRttMs + QUEUEING_MS;
  }

  isPingDue(nowMs: number): boolean {
    return nowMs >= this.#pingAtMs(nowMs);
  }

  /** Something of the peer's has come. */
  heard(nowMs: number): void {
    this.#recent = this.#recent * Math.exp((this.#heardAtMs - nowMs) / RATE_WINDOW_MS) + 1;
    this.#heardAtMs = nowMs;
    this.#askedAtMs = undefined;
    this.#isQuiet = false;
    if (nowMs >= this.#inFlightUntilMs) this.#suspectedUntilMs = Number.POSITIVE_INFINITY;
  }

  /** Something has gone out that the peer answers. */
  asked(nowMs: number): void {
    this.#askedAtMs ??= nowMs;
  }

  /** The owner has reason to believe that the peer is gone: it is to be heard soon. */
  suspect(nowMs: number): void {
    const answeredMs =
      SUSPECTED_SILENCE_MIN_MS + SUSPECTED_ROUND_TRIPS * (this.#srttMs ?? Number.POSITIVE_INFINITY);
    const silenceMs = Math.min(answeredMs, SUSPECTED_SILENCE_MAX_MS);
    this.#suspectedUntilMs = Math.min(this.#suspectedUntilMs, nowMs + silenceMs);
    this.#suspectedAtMs = nowMs;
    const inFlightMs = (this.#srttMs ?? 0) + this.#variationMs * LATE_VARIATIONS;
    this.#inFlightUntilMs = nowMs + Math.min(inFlightMs, silenceMs * IN_FLIGHT_SHARE);
    this.#pingedAtMs = Number.NEGATIVE_INFINITY;
  }

  /** The peer has not been heard since the owner had reason to believe that it is gone, or was told that it is quiet. */
  get isSuspected(): boolean {
    return this.#isQuiet || this.#suspectedUntilMs < Number.POSITIVE_INFINITY;
  }

  /** True once when the peer has been quiet for so long that the owner had better see to another way. */
  fallsQuiet(nowMs: number): boolean {
    const dueAtMs = this.#quietAtMs;
    if (nowMs < dueAtMs) return false;
    if (nowMs > dueAtMs + HELD_UP_MS) {
      this.#readByMs = nowMs + HELD_UP_MS;
      return false;
    }
    this.#isQuiet = true;
    this.#quietToldAtMs = nowMs;
    return true;
  }

  /**
   * Time has passed. One that has stood still itself has heard nothing meanwhile, whatever came: that waits to be read, so
   * the peer has some more time.
   */
  advance(nowMs: number): void {
    if (nowMs - this.#lookedAtMs > STOOD_STILL_MS) {
      const readByMs = nowMs + READ_WITHIN_MS;
      this.#heardAtMs = Math.max(this.#heardAtMs, readByMs - SILENCE_MAX_MS);
      this.#suspectedUntilMs = Math.max(this.#suspectedUntilMs, readByMs);
      if (this.#askedAtMs !== undefined) this.#askedAtMs = nowMs;
    }
    this.#lookedAtMs = nowMs;
  }

  /** Whether the line answers nothing at present. */
  isOut(nowMs: number): boolean {
    return nowMs >= this.#outAtMs;
  }

  isSilent(nowMs: number): boolean {
    return nowMs >= this.#silentAtMs;
  }

  /** Whoever is told of time passing looks at `isOut`, `fallsQuiet` and `isSilent`. */
  deadline(nowMs: number): Deadline {
    const pingAtMs = this.#pingAtMs(nowMs);
    const silentAtMs = this.#silentAtMs;
    const quietAtMs = this.#quietAtMs;
    const outAtMs = this.#outAtMs;
    const outageAtMs = outAtMs <= nowMs ? Number.POSITIVE_INFINITY : outAtMs;
    const atMs = Math.min(pingAtMs, silentAtMs, quietAtMs, outageAtMs);
    if (atMs === pingAtMs) return { atMs, reason: 'relay: ping' };
    if (atMs === silentAtMs) return { atMs, reason: 'relay: silence' };
    return { atMs, reason: atMs === quietAtMs ? 'relay: quiet' : 'relay: outage' };
  }

  #pingAtMs(nowMs: number): number {
    if (this.isOut(nowMs)) return this.#pingedAtMs + OUTAGE_PING_INTERVAL_MS;
    const regularAtMs = this.#pingedAtMs + PING_INTERVAL_MS;
    const isBusy = this.#recent >= BUSY_RECENT;
    // Once: what is asked already needs no second question before the line is out.
    const isToAsk = isBusy && this.#pingedAtMs < this.#heardAtMs + BUSY_QUIET_MS;
    return isToAsk ? Math.min(regularAtMs, this.#heardAtMs + BUSY_QUIET_MS) : regularAtMs;
  }

  get #outAtMs(): number {
    // Before the first measurement nobody knows how long an answer takes.
    if (this.#askedAtMs === undefined || this.#srttMs === undefined) return Number.POSITIVE_INFINITY;
    return this.#askedAtMs + OUTAGE_MIN_MS + 2 * this.#srttMs;
  }

  get #quietAtMs(): number {
    if (this.#isQuiet) return Number.POSITIVE_INFINITY;
    const againAtMs = Math.max(this.#quietToldAtMs + QUIET_AGAIN_MS, this.#readByMs);
    return Math.max(this.#heardAtMs + QUIET_MAX_MS, this.#outAtMs, againAtMs);
  }

  get #silentAtMs(): number {
    return Math.min(this.#heardAtMs + SILENCE_MAX_MS, this.#suspectedUntilMs);
  }

  /** The payload of a ping that goes out now. */
  ping(nowMs: number): Uint8Array {
    this.#pingedAtMs = nowMs;
    this.#number = (this.#number + 1) >>> 0;
    this.#sentAtMs[this.#number % PINGS_KEPT] = nowMs;
    this.asked(nowMs);
    return numberPayload(this.#number);
  }

  /** The payload of a pong; one that answers no ping of ours, or one of long ago, measures nothing. */
  pong(nowMs: number, payload: Uint8Array): void {
    const number = numberOf(payload);
    if (number === undefined || (this.#number - number) >>> 0 >= PINGS_KEPT) return;
    const sentAtMs = this.#sentAtMs[number % PINGS_KEPT];
    if (sentAtMs === undefined) return;
    this.#sentAtMs[number % PINGS_KEPT] = undefined;
    if (sentAtMs >= this.#suspectedAtMs) this.#suspectedUntilMs = Number.POSITIVE_INFINITY;
    const rttMs = nowMs - sentAtMs;
    this.#leastRttMs = Math.min(this.#leastRttMs, rttMs);
    const deviationMs = Math.abs(rttMs - (this.#srttMs ?? rttMs));
    this.#variationMs += (deviationMs - this.#variationMs) * VARIATION_SMOOTHING;
    this.#srttMs = this.#srttMs === undefined ? rttMs : this.#srttMs + (rttMs - this.#srttMs) * SMOOTHING;
  }
}
