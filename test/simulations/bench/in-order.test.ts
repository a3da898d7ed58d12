import test from 'ava';
import fc from 'fast-check';
import { InOrder } from '../../../simulations/bench/in-order.ts';

function polled(order: InOrder<number>): readonly number[] {
  const all: number[] = [];
  for (let next = order.poll(); next !== undefined; next = order.poll()) all.push(next);
  return all;
}

test('what is missing is waited for, and what came behind it goes on in order', t => {
  const order = new InOrder<number>(100);
  for (const number of [10, 11, 13, 14]) order.receive(0, number, number);
  t.deepEqual(polled(order), [10, 11]);
  order.receive(99, 12, 12);
  t.deepEqual(polled(order), [12, 13, 14]);
  t.deepEqual(order.counts, { packets: 5, outOfOrder: 1, missing: 0, useless: 0 });
});

test('what does not come in time is given up, and of no use when it comes', t => {
  const order = new InOrder<number>(100);
  for (const number of [10, 13, 15]) order.receive(0, number, number);
  order.advance(99);
  t.deepEqual(polled(order), [10]);
  order.advance(100);
  t.deepEqual(polled(order), [13, 15]);
  order.receive(101, 12, 12);
  order.receive(102, 15, 15);
  t.deepEqual(polled(order), []);
  t.deepEqual(order.counts, { packets: 3, outOfOrder: 0, missing: 3, useless: 2 });
});

test('what is held has a limit', t => {
  const order = new InOrder<number>(100);
  order.receive(0, 1, 1);
  for (let number = 3; number < 3 + 2048; number += 1) order.receive(0, number, number);
  t.deepEqual(polled(order), [1]);
  order.receive(0, 3 + 2048, 3 + 2048);
  t.is(polled(order).length, 2049);
  t.is(order.counts.missing, 1);
});

test('however packets are shuffled within the wait, all come out in order', t => {
  fc.assert(
    fc.property(
      fc.shuffledSubarray(
        Array.from({ length: 30 }, (_, i) => i + 1),
        { minLength: 30, maxLength: 30 },
      ),
      numbers => {
        const order = new InOrder<number>(100);
        order.receive(0, 0, 0);
        for (const number of numbers) order.receive(1, number, number);
        return polled(order).join() === Array.from({ length: 31 }, (_, i) => i).join();
      },
    ),
    { seed: 7 },
  );
  t.pass();
});
