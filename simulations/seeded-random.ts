/** Randomness that a seed repeats. Statistically good, quick, and not fit for keys outside a simulation. */
import type { Random } from '../transports/random.ts';

export interface SeededRandom extends Random {
  /**
   * Another generator, which depends on this one's seed and the label alone: not on what has been drawn, so that a
   * part of a simulation draws the same whatever the other parts do.
   */
  fork(label: string): SeededRandom;
}

/** Rounds after seeding, until seeds that differ in one bit have nothing in common to be seen. */
const WARM_UP_ROUNDS = 16;

/** Generator: sfc32 of Chris Doty-Humphrey's PractRand (three words of chaos and a counter). */
export function seededRandom(seed: number | string): SeededRandom {
  const name = String(seed);
  let [a, b, c, counter] = wordsOf(name);
  const uint32 = () => {
    const drawn = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + drawn;
    return drawn >>> 0;
  };
  for (let round = 0; round < WARM_UP_ROUNDS; round += 1) uint32();
  return {
    uint32,
    // 53 bits, as many as a number holds.
    unit: () => ((uint32() >>> 5) * 2 ** 26 + (uint32() >>> 6)) / 2 ** 53,
    bytes(count) {
      const bytes = new Uint8Array(count);
      for (let at = 0; at < count; at += 4) {
        const word = uint32();
        for (let i = 0; i < 4 && at + i < count; i += 1) bytes[at + i] = word >>> (8 * i);
      }
      return bytes;
    },
    // The length keeps ('a', 'bc') and ('ab', 'c') apart.
    fork: label => seededRandom(`${name.length}:${name}/${label}`),
  };
}

/** Four words from a text: an FNV-1a hash per word, each from another start. */
function wordsOf(text: string): [number, number, number, number] {
  const word = (start: number) => {
    let hash = start;
    for (let i = 0; i < text.length; i += 1) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
    return hash ^ (hash >>> 15);
  };
  return [word(0x811c9dc5), word(0x2b0e1f77), word(0x6d5a3c91), 1];
}
