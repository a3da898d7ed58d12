/** What is drawn at random: one of several, or something within bounds. */
import type { SeededRandom } from './seeded-random.ts';

export function pick<T>(random: SeededRandom, from: readonly T[]): T {
  return from[Math.floor(random.unit() * from.length)]!;
}

export function between(random: SeededRandom, least: number, most: number): number {
  return least + (most - least) * random.unit();
}

/** Draws each as often as its weight is of the sum of all; there is at least one. */
export function weighted<T>(from: readonly T[], weightOf: (one: T) => number): (random: SeededRandom) => T {
  const sum = from.reduce((total, one) => total + weightOf(one), 0);
  return random => {
    let left = random.unit() * sum;
    for (const one of from) {
      left -= weightOf(one);
      if (left < 0) return one;
    }
    // A rounding error beyond the last.
    return from.at(-1)!;
  };
}
