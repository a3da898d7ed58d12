import test from 'ava';
import { spawn } from '../../../actors/runtime/effects.ts';
import { at, puppet, testSystem } from './harness.ts';

/** Not a benchmark: nact alone would take a hundred times as long with so many children, ours the same. */
const MUCH_SLOWER = 15;

test('a message costs a parent of 5,000 about what it costs a childless actor', async t => {
  const { system } = testSystem();
  const children = Array.from({ length: 5000 }, (_, i) => spawn(`child-${i}`, puppet, {}));
  system.start('/parent', puppet, { first: children });
  system.start('/childless', puppet, {});
  const bestOfThreeMs = async (path: string) => {
    let best = Number.POSITIVE_INFINITY;
    for (let round = 0; round < 3; round += 1) {
      const startedAt = process.hrtime.bigint();
      for (let i = 0; i < 500; i += 1) system.tell(at(path), { type: 'x' });
      await system.whenQuiet();
      best = Math.min(best, Number(process.hrtime.bigint() - startedAt) / 1e6);
    }
    return best;
  };
  const childlessMs = await bestOfThreeMs('/childless');
  const parentMs = await bestOfThreeMs('/parent');
  t.true(parentMs < MUCH_SLOWER * childlessMs, `${parentMs} ms against ${childlessMs} ms`);
});
