/**
 * What a receiver asks for again (RFC 4585 section 6.2.1): the sequence numbers that one source left out, each asked
 * for a few times until it comes, is too old to be of use, or has been asked for often enough.
 */
import type { Deadline } from '../clock.ts';
import { sequenceDifference } from './sequence.ts';

/** Before the first ask: what a network merely swapped comes within a few milliseconds, and each one delays a repair. */
const reorderWaitMs = 5;
/** The shortest time between two asks for one packet: what a sender's pacer may hold a repair, however near it is. */
const minAskAgainMs = 40;
/** On top of the round trip, since the sender paces its repairs; asking at the round trip itself would get most twice. */
const askAgainSlackMs = 20;
/**
 * After so many asks the next ones wait longer, each by this factor: a line that has failed them all is down, not merely
 * losing some, and ten asks one round trip apart would be over before it is up again. Over a round trip of 50 ms the tenth
 * comes after 1.2 s, not after 0.6.
 */
const quickTries = 3;
const laterAskFactor = 1.25;
/** The round trip that is assumed until one has been measured; libwebrtc begins with the same. */
const assumedRttMs = 100;
/** What a new sample weighs in the round trip that repairs tell, as in TCP (RFC 6298 section 2). */
const rttSampleWeight = 1 / 8;
/** With 1 in 4 lost either way, ten asks fail for fewer than 1 packet in 1000; an eleventh would hardly come in time. */
const maxTries = 10;
/** By then a keyframe asked for at the same time has come, and browsers drop what they sent about as long ago. */
const maxAgeMs = 2000;
/** Packets that a gap leaves missing, as in libwebrtc and mediasoup; a longer one is cheaper to mend with a keyframe. */
const maxGapPackets = 1000;
/**
 * Packets, up to the newest, of which it is known whether they are missing: a power of 2 that holds the longest gap. A
 * ring, not a map of objects, so that a sender that leaves out a thousand before each packet costs little more than one
 * that leaves out none.
 */
const windowPackets = 1024;
const windowMask = windowPackets - 1;
/** Sequence numbers an ask: at four bytes for each, if they lie far apart, they still fit one datagram. */
const maxPerAsk = 250;

/**
 * What a packet was to the generator: the newest so far; one that was missing; neither (a duplicate, or given up); or
 * so far from the others that what was missing has been given up, and video needs a keyframe.
 */
export type NackArrival = 'newest' | 'filled' | 'not missing' | 'gap too large';

export interface NackCounters {
  /** Sequence numbers asked for, each ask counted. */
  asked: number;
  /** Packets that came after they had been asked for. */
  recovered: number;
  /** Packets that will not be asked for again. */
  givenUp: number;
}

export class NackGenerator {
  readonly counters: NackCounters = { asked: 0, recovered: 0, givenUp: 0 };
  /** By extended sequence number modulo the window: when to ask next, or to give up; without end for what is not missing. */
  readonly #askAtMs = new Float64Array(windowPackets).fill(Number.POSITIVE_INFINITY);
  readonly #sinceMs = new Float64Array(windowPackets);
  readonly #askedAtMs = new Float64Array(windowPackets);
  readonly #tries = new Uint8Array(windowPackets);
  #missingCount = 0;
  /** Extended: nothing before it is missing. */
  #oldest = 0;
  /** Extended: the highest sequence number that came. */
  #newest: number | undefined;
  /** The sequence number that would confirm that the source began anew, far behind. */
  #restartNext: number | undefined;
  /** Due, and not polled yet. */
  #toAsk: number[] = [];
  /** Not after the first `askAtMs`; without end when nothing is missing. */
  #nextAtMs = Number.POSITIVE_INFINITY;
  #askAgainMs = assumedRttMs + askAgainSlackMs;
  #repairRttMs: number | undefined;

  /** How many packets are missing now. */
  get missingCount(): number {
    return this.#missingCount;
  }

  /**
   * The round trip that repairs tell, smoothed: from asking to the packet's coming, of those that were asked for once,
   * since of others it is not known which asking they answer (Karn's algorithm). Undefined before the first.
   */
  get repairRttMs(): number | undefined {
    return this.#repairRttMs;
  }

  /** The round trip to the sender, as measured by other means. */
  setRtt(rttMs: number): void {
    this.#askAgainMs = Math.max(minAskAgainMs, rttMs + askAgainSlackMs);
  }

  /**
   * A packet came. `recovered` says that a retransmission stream (RFC 4588) brought it: old ones of those are probes, and
   * ones far ahead strays of another source; neither is a source that began anew.
   */
  receive(nowMs: number, sequenceNumber: number, { recovered = false } = {}): NackArrival {
    if (this.#newest === undefined) {
      this.#newest = sequenceNumber;
      this.#oldest = sequenceNumber;
      return 'newest';
    }
    const ahead = sequenceDifference(sequenceNumber, this.#newest);
    if (ahead <= 0) return this.#receiveOlder(nowMs, sequenceNumber, ahead, recovered);
    if (ahead - 1 > maxGapPackets) return recovered ? 'not missing' : this.#restart(sequenceNumber);
    this.#restartNext = undefined;
    this.#moveTo(nowMs, this.#newest + ahead);
    return 'newest';
  }

  /** Asks no more for what comes before `sequenceNumber`: the owner has no use for it, as after a keyframe. */
  forgetBefore(sequenceNumber: number): void {
    if (this.#newest === undefined) return;
    const end = Math.min(this.#newest, this.#newest + sequenceDifference(sequenceNumber, this.#newest));
    for (let extended = this.#oldest; extended < end; extended += 1) this.#forget(extended & windowMask);
    this.#oldest = Math.max(this.#oldest, end);
  }

  /** Sequence numbers to ask for now, ascending and at most 250, until there are none. */
  poll(): number[] | undefined {
    return this.#toAsk.length === 0 ? undefined : this.#toAsk.splice(0, maxPerAsk);
  }

  deadline(): Deadline | undefined {
    return this.#missingCount === 0 ? undefined : { atMs: this.#nextAtMs, reason: 'nack' };
  }

  advance(nowMs: number): void {
    if (nowMs < this.#nextAtMs || this.#newest === undefined) return;
    // What was due before and nobody polled comes up again by itself.
    this.#toAsk = [];
    let nextAtMs = Number.POSITIVE_INFINITY;
    for (let extended = this.#oldest; extended < this.#newest; extended += 1) {
      const place = extended & windowMask;
      if (this.#askAtMs[place]! <= nowMs) this.#ask(nowMs, extended);
      nextAtMs = Math.min(nextAtMs, this.#askAtMs[place]!);
      if (nextAtMs === Number.POSITIVE_INFINITY) this.#oldest = extended + 1;
    }
    this.#nextAtMs = nextAtMs;
  }

  #ask(nowMs: number, extended: number): void {
    const place = extended & windowMask;
    const giveUpAtMs = this.#sinceMs[place]! + maxAgeMs;
    if (this.#tries[place]! >= maxTries || nowMs >= giveUpAtMs) {
      this.#forget(place);
      this.counters.givenUp += 1;
      return;
    }
    this.#tries[place]! += 1;
    this.#askedAtMs[place] = nowMs;
    this.#askAtMs[place] = Math.min(nowMs + this.#waitMs(this.#tries[place]!), giveUpAtMs);
    this.#toAsk.push(extended & 0xffff);
    this.counters.asked += 1;
  }

  /** From the ask with this number, the first being 1, to the next. */
  #waitMs(tries: number): number {
    return this.#askAgainMs * laterAskFactor ** Math.max(0, tries - quickTries);
  }

  #receiveOlder(nowMs: number, sequenceNumber: number, ahead: number, recovered: boolean): NackArrival {
    const extended = this.#newest! + ahead;
    const place = extended & windowMask;
    if (extended >= this.#oldest && this.#isMissing(place)) {
      if (this.#tries[place]! > 0) this.counters.recovered += 1;
      if (this.#tries[place]! === 1) this.#learnRtt(nowMs - this.#askedAtMs[place]!);
      this.#forget(place);
      return 'filled';
    }
    if (recovered || ahead >= -maxGapPackets) return 'not missing';
    if (sequenceNumber === this.#restartNext) return this.#restart(sequenceNumber);
    this.#restartNext = (sequenceNumber + 1) & 0xffff;
    return 'not missing';
  }

  #learnRtt(sampleMs: number): void {
    this.#repairRttMs ??= sampleMs;
    this.#repairRttMs += (sampleMs - this.#repairRttMs) * rttSampleWeight;
  }

  #restart(sequenceNumber: number): NackArrival {
    this.counters.givenUp += this.#missingCount;
    if (this.#missingCount > 0) this.#askAtMs.fill(Number.POSITIVE_INFINITY);
    this.#missingCount = 0;
    this.#toAsk = [];
    this.#nextAtMs = Number.POSITIVE_INFINITY;
    this.#restartNext = undefined;
    this.#newest = sequenceNumber;
    this.#oldest = sequenceNumber;
    return 'gap too large';
  }

  /** Moves the window up to `newest`; what lies between is missing, and what falls out behind is given up. */
  #moveTo(nowMs: number, newest: number): void {
    const askAtMs = nowMs + reorderWaitMs;
    for (let extended = this.#newest! + 1; extended <= newest; extended += 1) {
      const place = extended & windowMask;
      if (this.#isMissing(place)) {
        this.#forget(place);
        this.counters.givenUp += 1;
      }
      if (extended === newest) break;
      this.#askAtMs[place] = askAtMs;
      this.#sinceMs[place] = nowMs;
      this.#tries[place] = 0;
      this.#missingCount += 1;
      this.#nextAtMs = Math.min(this.#nextAtMs, askAtMs);
    }
    this.#newest = newest;
    this.#oldest = Math.max(this.#oldest, newest - windowMask);
  }

  #isMissing(place: number): boolean {
    return this.#askAtMs[place]! !== Number.POSITIVE_INFINITY;
  }

  #forget(place: number): void {
    if (!this.#isMissing(place)) return;
    this.#askAtMs[place] = Number.POSITIVE_INFINITY;
    this.#missingCount -= 1;
    if (this.#missingCount === 0) this.#nextAtMs = Number.POSITIVE_INFINITY;
  }
}
