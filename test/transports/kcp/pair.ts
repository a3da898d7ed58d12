/** Two ends of an association over a lossy link, on a virtual clock that goes on by whole milliseconds. */
import { seededRandom } from '../../../simulations/seeded-random.ts';
import { Kcp } from '../../../transports/kcp/kcp.ts';
import type { KcpOptions } from '../../../transports/kcp/options.ts';
import type { TraceCall } from '../../../transports/kcp/trace.ts';
import { type End, type LinkSettings, LossyLink } from './lossy-link.ts';

export interface PairSettings {
  readonly options: KcpOptions;
  readonly link: LinkSettings;
  readonly seed: number | string;
  readonly startMs?: number;
  /** Whether this end reads its messages now; both always do where it is left out. */
  readonly reads?: (end: End, nowMs: number) => boolean;
  /** Is told of every call, with what came of it. */
  readonly record?: (op: TraceCall['op'], end: End, fields: Record<string, unknown>) => void;
}

export class Pair {
  readonly ends: readonly [Kcp, Kcp];
  /** What each end has read. */
  readonly delivered: readonly [Uint8Array[], Uint8Array[]] = [[], []];
  nowMs: number;
  readonly #link: LossyLink;
  readonly #reads: NonNullable<PairSettings['reads']>;
  readonly #record: NonNullable<PairSettings['record']>;

  constructor({ options, link, seed, startMs = 0, reads, record }: PairSettings) {
    this.ends = [new Kcp(options), new Kcp(options)];
    this.nowMs = startMs;
    this.#link = new LossyLink(link, seededRandom(seed));
    this.#reads = reads ?? (() => true);
    this.#record = record ?? (() => {});
  }

  send(end: End, message: Uint8Array): number | 'too many fragments' {
    const ret = this.ends[end].send(this.nowMs, message);
    this.#finish('send', end, { data: message, ret });
    return ret;
  }

  /** Does what is due at this millisecond, and goes on to the next. */
  step(): void {
    for (const { to, datagram } of this.#link.arrived(this.nowMs)) {
      const refusal = this.ends[to].receive(this.nowMs, datagram);
      this.#finish('input', to, { data: datagram, ret: refusal ?? 0 });
      if (this.#reads(to, this.nowMs)) this.read(to);
    }
    for (const end of [0, 1] as const) {
      const deadline = this.ends[end].deadline();
      if (deadline === undefined || deadline.atMs > this.nowMs) continue;
      this.ends[end].advance(this.nowMs);
      this.#finish('update', end, {});
    }
    this.nowMs += 1;
  }

  /** Steps until it is so; says whether that came to be before `limitMs`. */
  stepUntil(isSo: () => boolean, limitMs: number): boolean {
    const endMs = this.nowMs + limitMs;
    while (!isSo()) {
      if (this.nowMs >= endMs) return false;
      this.step();
    }
    return true;
  }

  read(end: End): void {
    const kcp = this.ends[end];
    for (let message = kcp.pollMessage(); message !== undefined; message = kcp.pollMessage()) {
      this.delivered[end].push(message);
      this.#finish('recv', end, { data: message });
    }
  }

  #finish(op: TraceCall['op'], end: End, fields: Record<string, unknown>): void {
    const out: Uint8Array[] = [];
    const kcp = this.ends[end];
    for (let datagram = kcp.poll(); datagram !== undefined; datagram = kcp.poll()) {
      out.push(datagram);
      this.#link.offer(this.nowMs, end === 0 ? 1 : 0, datagram);
    }
    this.#record(op, end, out.length === 0 ? fields : { ...fields, out });
  }
}
