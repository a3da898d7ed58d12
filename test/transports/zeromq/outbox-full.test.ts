import test from 'ava';
import { OUTBOX_MAX_ITEMS } from '../../../transports/zeromq/limits.ts';
import { LinksWorld } from './links-world.ts';

test('a peer that takes nothing loses its link when too much waits, none from the middle; others go on', t => {
  const world = new LinksWorld();
  const [a, b, c] = ['a', 'b', 'c'].map(name => world.node({ name }));
  world.dial(a!, b!);
  world.dial(a!, c!);
  world.pass(50);
  world.post(a!, 'b', { n: 0 });
  world.pass(10);
  world.wires[0]!.isStalled = true;
  for (let n = 1; n <= OUTBOX_MAX_ITEMS; n += 1) world.post(a!, 'b', { n });
  t.is(a!.epochs[0]!.end, undefined);
  world.post(a!, 'b', { n: OUTBOX_MAX_ITEMS + 1 });
  t.deepEqual(a!.epochs[0]!.end, {
    code: 'outbox full',
    words: 'more waited for it than a link holds',
    by: 'us',
  });
  t.is(a!.core.counters.outboxOverflows, 1);
  t.true(world.post(a!, 'c', { n: 1 }));
  world.pass(1_000);
  t.deepEqual(b!.epochs[0]!.items, [{ n: 0 }]);
  t.is(b!.epochs.length, 2);
  t.deepEqual(c!.epochs[0]!.items, [{ n: 1 }]);
});
