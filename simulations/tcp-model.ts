/**
 * What TCP does to the times of small messages, as far as losses go: in order, SACK, losses told by RACK (RFC 8985), tail loss
 * probes, retransmission timeouts as Linux has them. Each message is a segment, each is acknowledged at once, and no window
 * holds anything back: better than TCP is, so that nothing is made of what it is compared with.
 */
import { Fifo } from '../transports/kcp/fifo.ts';
import { readUint32, writeUint32 } from '../transports/rtp/byte-order.ts';

/** Linux: TCP_RTO_MIN, TCP_RTO_MAX, and the timeout before the first measurement (RFC 6298). */
const RTO_MIN_MS = 200;
const RTO_MAX_MS = 120_000;
const RTO_FIRST_MS = 1_000;
/** RFC 8985 section 7.2: a probe after two round trips; with one segment out the answer may be delayed by so much. */
const PROBE_ROUND_TRIPS = 2;
const DELAYED_ACK_MS = 200;
/** RFC 8985 section 6.2: a quarter of the shortest round trip may be reordering. */
const REORDERING_SHARE = 1 / 4;
const NUMBER_BYTES = 4;
/** Selective acknowledgements in one datagram; options have room for three blocks, which hold more than these. */
const SACKS_MAX = 64;

interface Segment {
  readonly datagram: Uint8Array;
  sentAtMs: number;
  isSentAgain: boolean;
  isSacked: boolean;
}

export class TcpSender {
  readonly outputs = new Fifo<Uint8Array>();
  readonly #segments = new Map<number, Segment>();
  #next = 0;
  #srttMs: number | undefined;
  #variationMs = 0;
  #leastRttMs = Number.POSITIVE_INFINITY;
  /** When the newest of what has arrived was sent. */
  #newestSentAtMs = Number.NEGATIVE_INFINITY;
  #timeouts = 0;
  #timerFromMs = 0;
  #isProbed = false;
  #reorderingAtMs = Number.POSITIVE_INFINITY;

  send(nowMs: number, message: Uint8Array): void {
    const datagram = new Uint8Array(NUMBER_BYTES + message.length);
    writeUint32(datagram, 0, this.#next);
    datagram.set(message, NUMBER_BYTES);
    this.#segments.set(this.#next, { datagram, sentAtMs: nowMs, isSentAgain: false, isSacked: false });
    this.#next += 1;
    if (this.#segments.size === 1 || !this.#isProbed) this.#timerFromMs = nowMs;
    this.outputs.push(datagram);
  }

  /** An acknowledgement: the number that is awaited, and those after it that have come. */
  receive(nowMs: number, bytes: Uint8Array): void {
    const awaited = readUint32(bytes, 0);
    const sacked = new Set<number>();
    for (let at = NUMBER_BYTES; at + NUMBER_BYTES <= bytes.length; at += NUMBER_BYTES)
      sacked.add(readUint32(bytes, at));
    let isNew = false;
    for (const [number, segment] of this.#segments) {
      if (segment.isSacked ? number >= awaited : number >= awaited && !sacked.has(number)) continue;
      if (!segment.isSacked) this.#arrived(nowMs, segment);
      isNew ||= !segment.isSacked;
      segment.isSacked = true;
      if (number < awaited) this.#segments.delete(number);
    }
    if (!isNew) return;
    this.#timeouts = 0;
    this.#isProbed = false;
    this.#timerFromMs = nowMs;
    this.#resendLost(nowMs);
  }

  get deadlineMs(): number | undefined {
    if (this.#segments.size === 0) return undefined;
    return Math.min(this.#timerFromMs + this.#timerMs, this.#reorderingAtMs);
  }

  advance(nowMs: number): void {
    if (nowMs >= this.#reorderingAtMs) this.#resendLost(nowMs);
    if (this.#segments.size === 0 || nowMs < this.#timerFromMs + this.#timerMs) return;
    this.#timerFromMs = nowMs;
    const out = [...this.#segments.values()].filter(({ isSacked }) => !isSacked);
    if (!this.#isProbed && this.#srttMs !== undefined) {
      this.#isProbed = true;
      this.#sendAgain(nowMs, out.at(-1)!);
      return;
    }
    this.#timeouts += 1;
    this.#sendAgain(nowMs, out[0]!);
  }

  /** To the probe, and then to the timeout. */
  get #timerMs(): number {
    if (!this.#isProbed && this.#srttMs !== undefined)
      return PROBE_ROUND_TRIPS * this.#srttMs + (this.#segments.size === 1 ? DELAYED_ACK_MS : 0);
    const rtoMs =
      this.#srttMs === undefined ? RTO_FIRST_MS : this.#srttMs + Math.max(RTO_MIN_MS, 4 * this.#variationMs);
    return Math.min(rtoMs * 2 ** this.#timeouts, RTO_MAX_MS);
  }

  #arrived(nowMs: number, { sentAtMs, isSentAgain }: Segment): void {
    this.#newestSentAtMs = Math.max(this.#newestSentAtMs, sentAtMs);
    // Of one that was sent twice nobody knows which it is (Karn).
    if (isSentAgain) return;
    const rttMs = nowMs - sentAtMs;
    this.#leastRttMs = Math.min(this.#leastRttMs, rttMs);
    const deviationMs = Math.abs(rttMs - (this.#srttMs ?? rttMs / 2));
    this.#variationMs += (deviationMs - this.#variationMs) / 4;
    this.#srttMs = this.#srttMs === undefined ? rttMs : this.#srttMs + (rttMs - this.#srttMs) / 8;
  }

  /** What was sent so long before what has arrived is lost. */
  #resendLost(nowMs: number): void {
    this.#reorderingAtMs = Number.POSITIVE_INFINITY;
    const windowMs = Number.isFinite(this.#leastRttMs) ? this.#leastRttMs * REORDERING_SHARE : 0;
    const waitMs = (this.#srttMs ?? 0) + windowMs;
    for (const segment of this.#segments.values()) {
      if (segment.isSacked || segment.sentAtMs >= this.#newestSentAtMs) continue;
      const lostAtMs = segment.sentAtMs + waitMs;
      if (nowMs >= lostAtMs) this.#sendAgain(nowMs, segment);
      else this.#reorderingAtMs = Math.min(this.#reorderingAtMs, lostAtMs);
    }
  }

  #sendAgain(nowMs: number, segment: Segment): void {
    segment.sentAtMs = nowMs;
    segment.isSentAgain = true;
    this.outputs.push(segment.datagram);
  }
}

export class TcpReceiver {
  readonly outputs = new Fifo<Uint8Array>();
  readonly deadlineMs = undefined;
  readonly #onMessage: (nowMs: number, message: Uint8Array) => void;
  readonly #held = new Map<number, Uint8Array>();
  #awaited = 0;

  constructor(onMessage: (nowMs: number, message: Uint8Array) => void) {
    this.#onMessage = onMessage;
  }

  receive(nowMs: number, bytes: Uint8Array): void {
    const number = readUint32(bytes, 0);
    if (number >= this.#awaited) this.#held.set(number, bytes.slice(NUMBER_BYTES));
    for (let one = this.#held.get(this.#awaited); one !== undefined; one = this.#held.get(this.#awaited)) {
      this.#held.delete(this.#awaited);
      this.#awaited += 1;
      this.#onMessage(nowMs, one);
    }
    const sacks = [...this.#held.keys()].slice(-SACKS_MAX);
    const datagram = new Uint8Array(NUMBER_BYTES * (1 + sacks.length));
    for (const [place, one] of [this.#awaited, ...sacks].entries())
      writeUint32(datagram, NUMBER_BYTES * place, one);
    this.outputs.push(datagram);
  }

  advance(): void {}
}
