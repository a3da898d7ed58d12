/** The line between the two ends of the relay bench: what it loses and how long it takes, for each link and way by itself. */
import type { Clock, Timer } from '../../transports/clock.ts';
import { DeliveryQueue } from '../delivery-queue.ts';
import { Impairment, type LinkSettings } from '../impairment.ts';
import { type SeededRandom, seededRandom } from '../seeded-random.ts';
import { DELAY_MS, JITTER_MS, type RelayPlan } from './relay-plans.ts';

export type Way = 'to receiver' | 'to sender';

export interface RelayLine {
  /** For each link the port that each end takes for the other. */
  readonly ports: { readonly sender: readonly number[]; readonly receiver: readonly number[] };
  /** From here on it loses what the plan says. */
  impair(plan: RelayPlan): void;
  /** What both ends have sent, in bytes of payload of IP but for as much as a header of UDP has. */
  readonly bytesSent: number;
  close(): Promise<void>;
}

interface Sent {
  readonly link: number;
  readonly way: Way;
  readonly bytes: Uint8Array;
}

/** Before anything is lost. */
export const LINE: LinkSettings = { delayMs: DELAY_MS, jitterMs: JITTER_MS };

/** What the line does, as the plan has it. */
export function lossyLine({ loss, burst }: RelayPlan): LinkSettings {
  return { ...LINE, loss: loss / 100, ...(burst > 1 && { burst }) };
}

/** What each way of a link draws from: alike on the real line and on the virtual one. */
export function wayRandoms(seed: string): Readonly<Record<Way, SeededRandom>> {
  const random = seededRandom(seed);
  return { 'to sender': random.fork('east'), 'to receiver': random.fork('west') };
}

export interface ImpairedLinksOptions {
  readonly seeds: readonly string[];
  readonly clock: Clock;
  deliver(sent: Sent): void;
  /** After all that was due at once. */
  flush(): void;
}

export class ImpairedLinks {
  bytesSent = 0;
  readonly #options: ImpairedLinksOptions;
  readonly #ways: readonly Readonly<Record<Way, Impairment>>[];
  readonly #coming = new DeliveryQueue<Sent>();
  #timer: { readonly atMs: number; readonly timer: Timer } | undefined;
  #isStopped = false;

  constructor(options: ImpairedLinksOptions) {
    this.#options = options;
    this.#ways = options.seeds.map(seed => {
      const randoms = wayRandoms(seed);
      return {
        'to sender': new Impairment(LINE, randoms['to sender']),
        'to receiver': new Impairment(LINE, randoms['to receiver']),
      };
    });
  }

  impair(plan: RelayPlan): void {
    const settings = lossyLine(plan);
    for (const ways of this.#ways) for (const way of Object.values(ways)) way.change(settings);
  }

  /** `bytes` are borrowed; `byteCount` is what counts of them. */
  offer(link: number, way: Way, bytes: Uint8Array, byteCount: number): void {
    this.bytesSent += byteCount;
    const nowMs = this.#options.clock.nowMs();
    for (const atMs of this.#ways[link]![way].offer(nowMs, byteCount))
      this.#coming.push(atMs, { link, way, bytes: bytes.slice() });
    this.#arm(nowMs);
  }

  stop(): void {
    this.#isStopped = true;
    this.#timer?.timer.cancel();
  }

  #arm(nowMs: number): void {
    const atMs = this.#coming.nextAtMs;
    if (this.#isStopped || atMs === undefined || (this.#timer && this.#timer.atMs <= atMs)) return;
    this.#timer?.timer.cancel();
    const timer = this.#options.clock.setTimer(atMs - nowMs, () => this.#deliverDue());
    this.#timer = { atMs, timer };
  }

  #deliverDue(): void {
    this.#timer = undefined;
    const nowMs = this.#options.clock.nowMs();
    for (let one = this.#coming.popDue(nowMs); one !== undefined; one = this.#coming.popDue(nowMs))
      this.#options.deliver(one);
    this.#options.flush();
    this.#arm(nowMs);
  }
}
