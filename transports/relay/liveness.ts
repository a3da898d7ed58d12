/** Whether the peer of a link that is up is still there, and how far away: pings, their echoes, and silence. */
import { type Deadline, earlier } from '../clock.ts';
import { PING_INTERVAL_MS, SILENCE_MAX_MS } from './limits.ts';
import { numberOf, numberPayload } from './link-message.ts';

/** The weight of one measurement in the smoothed round trip (as in RFC 6298 section 2). */
const SMOOTHING = 1 / 8;

export class Liveness {
  #heardAtMs: number;
  #pingAtMs: number;
  #number = 0;
  /** When the latest ping went out; not set once it is answered. */
  #sentAtMs: number | undefined;
  #srttMs: number | undefined;

  /** The first ping is due at once. */
  constructor(nowMs: number) {
    this.#heardAtMs = nowMs;
    this.#pingAtMs = nowMs;
  }

  /** The smoothed round trip; undefined before the first was measured. */
  get srttMs(): number | undefined {
    return this.#srttMs;
  }

  isPingDue(nowMs: number): boolean {
    return nowMs >= this.#pingAtMs;
  }

  /** Something of the peer's has come. */
  heard(nowMs: number): void {
    this.#heardAtMs = nowMs;
  }

  isSilent(nowMs: number): boolean {
    return nowMs - this.#heardAtMs >= SILENCE_MAX_MS;
  }

  deadline(): Deadline | undefined {
    return earlier(
      { atMs: this.#pingAtMs, reason: 'relay: ping' },
      { atMs: this.#heardAtMs + SILENCE_MAX_MS, reason: 'relay: silence' },
    );
  }

  /** The payload of a ping that goes out now. */
  ping(nowMs: number): Uint8Array {
    this.#pingAtMs = nowMs + PING_INTERVAL_MS;
    this.#sentAtMs = nowMs;
    this.#number = (this.#number + 1) >>> 0;
    return numberPayload(this.#number);
  }

  /** The payload of a pong; one that answers no ping of ours, or not the latest, measures nothing. */
  pong(nowMs: number, payload: Uint8Array): void {
    if (this.#sentAtMs === undefined || numberOf(payload) !== this.#number) return;
    const rttMs = nowMs - this.#sentAtMs;
    this.#sentAtMs = undefined;
    this.#srttMs = this.#srttMs === undefined ? rttMs : this.#srttMs + (rttMs - this.#srttMs) * SMOOTHING;
  }
}
