/** What threads do between two steps in these tests, drawn from a seed: mostly nothing, at times a little, or a while. */
import type { Random } from '../../../transports/random.ts';

let idleWork = 0;

/** Keeps the thread busy for some nanoseconds an iteration. */
export function spin(iterations: number): void {
  for (let i = 0; i < iterations; i += 1) idleWork = (idleWork + i) | 0;
}

/** Resolves in a later turn of the event loop. */
export function turn(): Promise<void> {
  return new Promise(resolve => setImmediate(resolve));
}

/** Undefined when there is nothing to wait for. */
export function dawdle(random: Random): Promise<void> | undefined {
  const draw = random.unit();
  if (draw < 0.7) return undefined;
  if (draw < 0.9) {
    spin(random.uint32() % 5_000);
    return undefined;
  }
  if (draw < 0.998) return turn();
  return new Promise(resolve => setTimeout(resolve, 1));
}
