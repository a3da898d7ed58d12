import test from 'ava';
import fc from 'fast-check';
import { clockText, scaleOf } from '../../../simulations/report/scale.ts';

test('whatever the values are, they stand on the axis in their order, and the marks within it', t => {
  const kinds = fc.constantFrom('linear', 'log', 'time', 'tail');
  const values = fc.array(fc.double({ min: 0, max: 1e9, noNaN: true }), { minLength: 1, maxLength: 20 });
  fc.assert(
    fc.property(kinds, values, (kind, all) => {
      const sorted = [...all].sort((a, b) => a - b);
      const scale = scaleOf(sorted, kind);
      const places = sorted.map(value => scale.place(value));
      const isWithin = (place: number) => place >= -1e-9 && place <= 1 + 1e-9;
      t.true(places.every(isWithin), `${kind}: ${places.join(' ')}`);
      t.true(places.every((place, i) => i === 0 || place >= places[i - 1]! - 1e-9));
      t.true(scale.ticks.every(({ value }) => isWithin(scale.place(value))));
      t.true(scale.ticks.length <= 20, `${scale.ticks.length} marks`);
    }),
    { examples: [['linear', [Number.MIN_VALUE]]] },
  );
});

test('marks are round', t => {
  t.deepEqual(
    scaleOf([0, 43]).ticks.map(({ text }) => text),
    ['0', '10', '20', '30', '40', '50'],
  );
  t.deepEqual(
    scaleOf([3, 700], 'log').ticks.map(({ text }) => text),
    ['1', '10', '100', '1000'],
  );
  t.deepEqual(
    scaleOf([0, 86_400_000], 'time').ticks.map(({ text }) => text),
    ['0:00', '3:00:00', '6:00:00', '9:00:00', '12:00:00', '15:00:00', '18:00:00', '21:00:00', '24:00:00'],
  );
  t.is(clockText(90_000), '1:30');
});
