import test from 'ava';
import fc from 'fast-check';
import { ReplayWindow } from '../../../transports/dtls/replay-window.ts';

for (const start of [0, 1, 63, 64, 2 ** 31 - 1, 2 ** 32 - 1, 2 ** 48 - 200])
  test(`the window around ${start}`, t => {
    const window = new ReplayWindow();
    t.true(window.isNew(start));
    window.accept(start);
    t.false(window.isNew(start));
    t.true(window.isNew(start + 1));
    window.accept(start + 63);
    t.false(window.isNew(start), 'still within, and seen');
    t.true(window.isNew(start + 1), 'still within, and not seen');
    window.accept(start + 1);
    t.false(window.isNew(start + 1));
    window.accept(start + 66);
    t.false(window.isNew(start + 2), 'too old to tell');
    t.true(window.isNew(start + 3));
    window.accept(start + 190);
    t.false(window.isNew(start + 66));
    t.true(window.isNew(start + 189));
  });

test('no number is accepted twice, and none within the window is lost', t => {
  fc.assert(
    fc.property(fc.array(fc.nat(300), { maxLength: 200 }), sequences => {
      const window = new ReplayWindow();
      const accepted = new Set<number>();
      return sequences.every(sequence => {
        const highest = Math.max(-1, ...accepted);
        const expected = !accepted.has(sequence) && highest - sequence < 64;
        const isNew = window.isNew(sequence);
        if (isNew) {
          window.accept(sequence);
          accepted.add(sequence);
        }
        return isNew === expected;
      });
    }),
    { seed: 7 },
  );
  t.pass();
});
