/**
 * A fuzz program is rounds, each of which a seed repeats. The seed is written before its round begins, so that the last one is
 * what ended the program, if something did.
 */
import { parseArgs } from 'node:util';
import { type SeededRandom, seededRandom } from '../../../../simulations/seeded-random.ts';
import { systemClock } from '../../../../transports/clock.ts';
import { systemRandom } from '../../../../transports/random.ts';

/** What one round makes up; it throws when what came of it is not what had to. */
export type Round = (random: SeededRandom) => void | Promise<void>;

/** Runs for `--minutes`, or one round with `--seed`; ends the process with 1 after the first round that throws. */
export async function runRounds(name: string, round: Round): Promise<void> {
  const { values } = parseArgs({ options: { minutes: { type: 'string' }, seed: { type: 'string' } } });
  const { minutes = '2', seed: only } = values;
  const endMs = systemClock.nowMs() + Number(minutes) * 60_000;
  for (let rounds = 1; ; rounds += 1) {
    const seed = only ?? String(systemRandom.uint32());
    say(`${name}: round ${rounds}, to be had again by: npm run native:asan -- --fuzz ${name} --seed ${seed}`);
    try {
      await round(seededRandom(seed));
    } catch (error) {
      say(`${name}: ${error instanceof Error ? error.stack : String(error)}`);
      // Sockets of the round may be open still.
      process.exit(1);
    }
    if (only !== undefined || systemClock.nowMs() >= endMs) return say(`${name}: ${rounds} rounds`);
  }
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** A whole number, 0 to `below` - 1. */
export function below(random: SeededRandom, limit: number): number {
  return Math.floor(random.unit() * limit);
}

export function oneOf<T>(random: SeededRandom, all: readonly T[]): T {
  return all[below(random, all.length)]!;
}

/** A length of every size, short ones more often: up to 2^`bits`. */
export function someLength(random: SeededRandom, bits: number): number {
  return below(random, 2 ** below(random, bits + 1) + 1);
}
