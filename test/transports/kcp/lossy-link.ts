/** Both directions of a link that loses, doubles and delays datagrams, each by itself, so that they overtake. */
import type { SeededRandom } from '../../../simulations/seeded-random.ts';

export type End = 0 | 1;

export interface LinkSettings {
  /** Shares, 0 to 1. */
  readonly loss: number;
  readonly duplicate: number;
  /** One way, the least and the most, evenly spread. */
  readonly delayMs: readonly [least: number, most: number];
  /** Whether nothing gets in at this time. */
  readonly isDown?: (nowMs: number) => boolean;
}

interface Flight {
  readonly atMs: number;
  readonly to: End;
  readonly datagram: Uint8Array;
}

export class LossyLink {
  readonly #settings: LinkSettings;
  readonly #random: SeededRandom;
  #flights: Flight[] = [];

  constructor(settings: LinkSettings, random: SeededRandom) {
    this.#settings = settings;
    this.#random = random;
  }

  offer(nowMs: number, to: End, datagram: Uint8Array): void {
    const { loss, duplicate, isDown } = this.#settings;
    if (this.#random.unit() < loss || isDown?.(nowMs) === true) return;
    this.#fly(nowMs, to, datagram);
    if (this.#random.unit() < duplicate) this.#fly(nowMs, to, datagram);
  }

  /** What has arrived by now, each datagram once. */
  arrived(nowMs: number): readonly Flight[] {
    const arrived = this.#flights.filter(({ atMs }) => atMs <= nowMs);
    if (arrived.length > 0) this.#flights = this.#flights.filter(({ atMs }) => atMs > nowMs);
    return arrived.sort((one, other) => one.atMs - other.atMs);
  }

  #fly(nowMs: number, to: End, datagram: Uint8Array): void {
    const [least, most] = this.#settings.delayMs;
    this.#flights.push({ atMs: nowMs + least + (most - least) * this.#random.unit(), to, datagram });
  }
}
