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
/** The round trip that is assumed until one has been measured; libwebrtc begins with the same. */
const assumedRttMs = 100;
/** With 1 in 4 lost either way, ten asks fail for fewer than 1 packet in 1000; an eleventh would hardly come in time. */
const maxTries = 10;
/** By then a keyframe asked for at the same time has come, and browsers drop what they sent about as long ago. */
const maxAgeMs = 2000;
/** Packets missing at a time, as in libwebrtc and mediasoup; a longer gap is cheaper to mend with a keyframe. */
const maxMissingPackets = 1000;
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

interface Missing {
  readonly sinceMs: number;
  /** When to ask next, or to give up. */
  askAtMs: number;
  tries: number;
}

export class NackGenerator {
  readonly counters: NackCounters = { asked: 0, recovered: 0, givenUp: 0 };
  /** By extended sequence number, in ascending order, since gaps open only past the newest. */
  readonly #missing = new Map<number, Missing>();
  /** Extended: the highest sequence number that came. */
  #newest: number | undefined;
  /** The sequence number that would confirm that the source began anew, far behind. */
  #restartNext: number | undefined;
  /** Due, and not polled yet. */
  #toAsk: number[] = [];
  /** Not after the first `askAtMs`; without end when nothing is missing. */
  #nextAtMs = Number.POSITIVE_INFINITY;
  #askAgainMs = assumedRttMs + askAgainSlackMs;

  /** How many packets are missing now. */
  get missingCount(): number {
    return this.#missing.size;
  }

  /** The round trip to the sender, as measured. */
  setRtt(rttMs: number): void {
    this.#askAgainMs = Math.max(minAskAgainMs, rttMs + askAgainSlackMs);
  }

  /**
   * A packet came. `recovered` says that a retransmission stream (RFC 4588) brought it: old ones of those are probes,
   * never a source that began anew.
   */
  receive(nowMs: number, sequenceNumber: number, { recovered = false } = {}): NackArrival {
    if (this.#newest === undefined) {
      this.#newest = sequenceNumber;
      return 'newest';
    }
    const ahead = sequenceDifference(sequenceNumber, this.#newest);
    if (ahead <= 0) return this.#receiveOlder(sequenceNumber, ahead, recovered);
    if (ahead - 1 > maxMissingPackets) return this.#restart(sequenceNumber);
    this.#restartNext = undefined;
    for (let missing = this.#newest + 1; missing < this.#newest + ahead; missing += 1)
      this.#add(nowMs, missing);
    this.#newest += ahead;
    return 'newest';
  }

  /** Asks no more for what comes before `sequenceNumber`: the owner has no use for it, as after a keyframe. */
  forgetBefore(sequenceNumber: number): void {
    if (this.#newest === undefined) return;
    const end = this.#newest + sequenceDifference(sequenceNumber, this.#newest);
    for (const missing of this.#missing.keys()) {
      if (missing >= end) break;
      this.#delete(missing);
    }
  }

  /** Sequence numbers to ask for now, ascending and at most 250, until there are none. */
  poll(): number[] | undefined {
    return this.#toAsk.length === 0 ? undefined : this.#toAsk.splice(0, maxPerAsk);
  }

  deadline(): Deadline | undefined {
    return this.#missing.size === 0 ? undefined : { atMs: this.#nextAtMs, reason: 'nack' };
  }

  advance(nowMs: number): void {
    if (nowMs < this.#nextAtMs) return;
    // What was due before and nobody polled comes up again by itself.
    this.#toAsk = [];
    let nextAtMs = Number.POSITIVE_INFINITY;
    for (const [extended, missing] of this.#missing) {
      if (missing.askAtMs <= nowMs) {
        if (missing.tries >= maxTries || nowMs >= missing.sinceMs + maxAgeMs) {
          this.#missing.delete(extended);
          this.counters.givenUp += 1;
          continue;
        }
        missing.tries += 1;
        missing.askAtMs = Math.min(nowMs + this.#askAgainMs, missing.sinceMs + maxAgeMs);
        this.#toAsk.push(extended & 0xffff);
        this.counters.asked += 1;
      }
      nextAtMs = Math.min(nextAtMs, missing.askAtMs);
    }
    this.#nextAtMs = nextAtMs;
  }

  #receiveOlder(sequenceNumber: number, ahead: number, recovered: boolean): NackArrival {
    const extended = this.#newest! + ahead;
    const missing = this.#missing.get(extended);
    if (missing !== undefined) {
      if (missing.tries > 0) this.counters.recovered += 1;
      this.#delete(extended);
      return 'filled';
    }
    if (recovered || ahead >= -maxMissingPackets) return 'not missing';
    if (sequenceNumber === this.#restartNext) return this.#restart(sequenceNumber);
    this.#restartNext = (sequenceNumber + 1) & 0xffff;
    return 'not missing';
  }

  #restart(sequenceNumber: number): NackArrival {
    this.counters.givenUp += this.#missing.size;
    this.#missing.clear();
    this.#toAsk = [];
    this.#nextAtMs = Number.POSITIVE_INFINITY;
    this.#restartNext = undefined;
    this.#newest = sequenceNumber;
    return 'gap too large';
  }

  #add(nowMs: number, extended: number): void {
    if (this.#missing.size >= maxMissingPackets) {
      this.#missing.delete(this.#missing.keys().next().value!);
      this.counters.givenUp += 1;
    }
    const askAtMs = nowMs + reorderWaitMs;
    this.#missing.set(extended, { sinceMs: nowMs, askAtMs, tries: 0 });
    this.#nextAtMs = Math.min(this.#nextAtMs, askAtMs);
  }

  #delete(extended: number): void {
    this.#missing.delete(extended);
    if (this.#missing.size === 0) this.#nextAtMs = Number.POSITIVE_INFINITY;
  }
}
