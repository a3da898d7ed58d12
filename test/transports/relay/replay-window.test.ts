import test from 'ava';
import fc from 'fast-check';
import { REPLAY_WINDOW_DATAGRAMS } from '../../../transports/relay/sealed-channel.ts';
import { ReplayWindow } from '../../../transports/replay-window.ts';
import { mutationRuns } from '../rtp/mutated.ts';

const window = REPLAY_WINDOW_DATAGRAMS;
const properties = { seed: mutationRuns.seed, numRuns: 300 };
/** How far each number is from the highest before it. */
const steps = fc.array(
  fc.oneof(
    fc.integer({ min: -40, max: 40 }),
    fc.integer({ min: -window - 40, max: -window + 40 }),
    fc.integer({ min: window - 40, max: window + 40 }),
    fc.integer({ min: -2 * window, max: 3 * window }),
  ),
  { maxLength: 200 },
);

for (const start of [0, 31, window - 1, 2 ** 31 - 2, 2 ** 32 - 2, 2 ** 52]) {
  test(`each number passes once, and none that is older than the window: from ${start}`, t => {
    fc.assert(
      fc.property(steps, all => {
        const tested = new ReplayWindow(window);
        const taken = new Set<number>();
        let highest = start;
        tested.commit(start);
        taken.add(start);
        for (const step of all) {
          const number = Math.max(0, highest + step);
          const isNew = !taken.has(number) && number > highest - window;
          if (tested.admits(number) !== isNew) return false;
          if (!isNew) continue;
          tested.commit(number);
          taken.add(number);
          highest = Math.max(highest, number);
        }
        return tested.highest === highest;
      }),
      properties,
    );
    t.pass();
  });
}

test('before the first every number is new', t => {
  const tested = new ReplayWindow(window);
  t.deepEqual([tested.highest, tested.admits(0), tested.admits(2 ** 40)], [-1, true, true]);
});
