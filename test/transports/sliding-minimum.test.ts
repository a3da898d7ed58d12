import test from 'ava';
import fc from 'fast-check';
import { SlidingMinimum } from '../../transports/sliding-minimum.ts';

test('over any values, the least is that of the window', t => {
  const steps = fc.array(fc.tuple(fc.integer({ min: 0, max: 4 }), fc.integer({ min: -9, max: 9 })), {
    minLength: 1,
    maxLength: 60,
  });
  fc.assert(
    fc.property(steps, fc.integer({ min: 0, max: 7 }), fc.integer(), (values, width, start) => {
      const sliding = new SlidingMinimum(width);
      const seen: { position: number; value: number }[] = [];
      let position = start;
      for (const [step, value] of values) {
        position += step;
        sliding.put(position, value);
        seen.push({ position, value });
        const inWindow = seen.filter(one => one.position >= position - width).map(one => one.value);
        if (sliding.least !== Math.min(...inWindow)) return false;
      }
      return true;
    }),
  );
  t.pass();
});

test('what is behind the newest position counts as if it were there', t => {
  const sliding = new SlidingMinimum(2);
  sliding.put(10, 5);
  sliding.put(7, 3);
  sliding.put(12, 9);
  t.is(sliding.least, 3);
  sliding.put(13, 9);
  t.is(sliding.least, 9);
});

test('has no least at first, nor when cleared', t => {
  const sliding = new SlidingMinimum(2);
  t.is(sliding.least, undefined);
  sliding.put(1, 1);
  sliding.clear();
  t.is(sliding.least, undefined);
  sliding.put(0, 4);
  t.is(sliding.least, 4);
});
