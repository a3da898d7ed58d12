/**
 * A sink behind a bad line, for trials on one machine: what comes from another site comes late or not at all. Sites are
 * told apart by their networks, the first 24 bits of an IPv4 address and the first 64 of an IPv6 address.
 */
import type { Clock } from '../clock.ts';
import { DelayLine } from '../delay-line.ts';
import type { Random } from '../random.ts';
import { ipBytes } from './ip-address.ts';
import type { Path } from './path.ts';
import type { DatagramSink } from './port.ts';

/** One way; a link is impaired both ways when both its ends are. */
export interface Impairment {
  /** 0 to 10,000. */
  readonly delayMs: number;
  /** Each datagram takes up to this much longer, evenly spread, and never overtakes another. 0 to 10,000. */
  readonly jitterMs: number;
  /** The chance of each datagram to be lost, 0 to 1. */
  readonly loss: number;
}

/** The most of delay and of jitter: farther than any two places on Earth, by any line. */
export const IMPAIRMENT_MAX_MS = 10_000;
/** A second at 100 Mbit/s of full datagrams; past it what comes is lost, as on a real line. */
const WAITING_MAX = 10_000;

/** Reads `delay=30,loss=2,jitter=5`: milliseconds and percent, each at most once and at least one of them. */
export function parseImpairment(text: string): Impairment | undefined {
  const found = new Map<string, number>();
  for (const part of text.split(',', 4)) {
    const match = /^(delay|loss|jitter)=(\d{1,5}(?:\.\d{1,3})?)$/.exec(part);
    if (match === null || found.has(match[1]!)) return undefined;
    found.set(match[1]!, Number(match[2]));
  }
  const { delay = 0, loss = 0, jitter = 0 } = Object.fromEntries(found);
  if (delay > IMPAIRMENT_MAX_MS || jitter > IMPAIRMENT_MAX_MS || loss > 100) return undefined;
  return { delayMs: delay, jitterMs: jitter, loss: loss / 100 };
}

export class ImpairedSink implements DatagramSink {
  readonly #sink: DatagramSink;
  readonly #impairment: Impairment;
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #line: DelayLine<Path>;

  constructor(sink: DatagramSink, impairment: Impairment, clock: Clock, random: Random) {
    this.#sink = sink;
    this.#impairment = impairment;
    this.#clock = clock;
    this.#random = random;
    this.#line = new DelayLine({
      clock,
      waitingMax: WAITING_MAX,
      deliver(due) {
        for (const { bytes, to } of due) sink.receive(bytes, to);
        sink.batchEnd();
      },
    });
  }

  receive(bytes: Uint8Array, path: Path): void {
    if (isSameSite(path.localAddress, path.remoteAddress)) {
      this.#sink.receive(bytes, path);
      return;
    }
    const { delayMs, jitterMs, loss } = this.#impairment;
    if (this.#random.unit() < loss) return;
    this.#line.send(bytes, path, this.#clock.nowMs() + delayMs + jitterMs * this.#random.unit());
  }

  batchEnd(): void {
    this.#sink.batchEnd();
  }

  /** What waits is never delivered. */
  stop(): void {
    this.#line.stop();
  }
}

function isSameSite(one: string, other: string): boolean {
  const a = networkOf(one);
  const b = networkOf(other);
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

function networkOf(address: string): Uint8Array {
  const bytes = ipBytes(address) ?? new Uint8Array();
  return bytes.subarray(0, bytes.length === 4 ? 3 : 8);
}
