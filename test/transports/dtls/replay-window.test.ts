import test from 'ava';
import fc from 'fast-check';
import { ReplayWindow } from '../../../transports/replay-window.ts';

for (const start of [0, 1, 63, 64, 2 ** 31 - 1, 2 ** 32 - 1, 2 ** 48 - 200])
  test(`the window around ${start}`, t => {
    const window = new ReplayWindow(64);
    t.true(window.admits(start));
    window.commit(start);
    t.false(window.admits(start));
    t.true(window.admits(start + 1));
    window.commit(start + 63);
    t.false(window.admits(start), 'still within, and seen');
    t.true(window.admits(start + 1), 'still within, and not seen');
    window.commit(start + 1);
    t.false(window.admits(start + 1));
    window.commit(start + 66);
    t.false(window.admits(start + 2), 'too old to tell');
    t.true(window.admits(start + 3));
    window.commit(start + 190);
    t.false(window.admits(start + 66));
    t.true(window.admits(start + 189));
  });

test('no number is accepted twice, and none within the window is lost', t => {
  fc.assert(
    fc.property(fc.array(fc.nat(300), { maxLength: 200 }), sequences => {
      const window = new ReplayWindow(64);
      const accepted = new Set<number>();
      return sequences.every(sequence => {
        const highest = Math.max(-1, ...accepted);
        const expected = !accepted.has(sequence) && highest - sequence < 64;
        const isNew = window.admits(sequence);
        if (isNew) {
          window.commit(sequence);
          accepted.add(sequence);
        }
        return isNew === expected;
      });
    }),
    { seed: 7 },
  );
  t.pass();
});
