import test from 'ava';
import fc from 'fast-check';
import { Fifo } from '../../../transports/kcp/fifo.ts';

test('does as an array does, however pushes and shifts are mixed', t => {
  const steps = fc.array(
    fc.oneof({ weight: 3, arbitrary: fc.nat() }, { weight: 2, arbitrary: fc.constant('shift') }),
    {
      maxLength: 600,
      size: 'max',
    },
  );
  fc.assert(
    fc.property(steps, all => {
      const [fifo, model] = [new Fifo<number>(), [] as number[]];
      for (const step of all) {
        if (typeof step === 'number') {
          fifo.push(step);
          model.push(step);
        } else if (fifo.shift() !== model.shift()) t.fail('another item came out');
        t.deepEqual([fifo.size, fifo.first, fifo.last], [model.length, model[0], model.at(-1)]);
      }
    }),
    { seed: 9, numRuns: 40 },
  );
});
