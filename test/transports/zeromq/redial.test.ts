import test from 'ava';
import { REDIAL_MAX_MS } from '../../../transports/zeromq/limits.ts';
import { LinksWorld, openEpoch } from './links-world.ts';

test('whoever is not there is dialled again and again, less and less often', t => {
  const world = new LinksWorld();
  const a = world.node({ name: 'a' });
  world.dial(a, 'at-b');
  world.pass(1_000);
  const early = a.core.counters.dials;
  t.true(early >= 4, `${early} dials`);
  world.pass(60_000);
  const late = a.core.counters.dials - early;
  t.true(late >= 60_000 / REDIAL_MAX_MS && late <= 62_000 / (REDIAL_MAX_MS / 2), `${late} dials`);
  t.is(a.refusals.at(-1)!.end.words, 'nobody listens at at-b');
  const b = world.node({ name: 'b' });
  world.pass(REDIAL_MAX_MS + 100);
  t.is(openEpoch(a, 'b')!.peer.incarnation, b.incarnation);
});

test('a link that breaks comes back at once as a new epoch', t => {
  const world = new LinksWorld();
  const [a, b] = [world.node({ name: 'a' }), world.node({ name: 'b' })];
  world.dial(a, b);
  world.pass(10_000);
  world.cut(world.wires[0]!);
  world.pass(200);
  for (const node of [a, b]) {
    t.deepEqual(
      node.epochs.map(({ end, peer }) => [end?.code, peer.epoch]),
      [
        ['lost', 1],
        [undefined, 2],
      ],
    );
  }
});

test('a link that flaps is dialled less and less often, and counted', t => {
  const world = new LinksWorld();
  const [a, b] = [world.node({ name: 'a' }), world.node({ name: 'b' })];
  world.dial(a, b);
  for (let second = 0; second < 60; second += 0.01) {
    world.pass(10);
    for (const wire of world.wires) if (wire.isOpen) world.cut(wire);
  }
  const { linksUp, linksDown, dials } = a.core.counters;
  t.is(linksUp, linksDown);
  t.true(linksUp > 20 && linksUp <= dials);
  const least = 60_000 / REDIAL_MAX_MS;
  t.true(dials >= least && dials <= 2 * least + 10, `${dials} dials`);
});

test('nodes that lose a peer together do not come back to it together', t => {
  const world = new LinksWorld();
  const hub = world.node({ name: 'hub' });
  const nodes = Array.from({ length: 20 }, (_, n) => world.node({ name: `n${n}` }));
  for (const node of nodes) world.dial(node, hub);
  world.pass(10_000);
  for (const wire of world.wires) world.cut(wire);
  world.pass(1_000);
  const times = nodes.map(({ epochs }) => epochs[1]!.upAtMs);
  t.true(new Set(times.map(Math.round)).size > 10);
});

test('nothing is dialled after the close, and peers are told', t => {
  const world = new LinksWorld();
  const [a, b] = [world.node({ name: 'a' }), world.node({ name: 'b' })];
  world.dial(a, b);
  world.pass(50);
  a.core.close(world.nowMs);
  world.settle(a);
  world.pass(10_000);
  t.deepEqual(b.epochs[0]!.end, { code: 'closed', words: 'a stops', by: 'them' });
  t.is(a.epochs[0]!.end?.code, 'closed');
  t.is(a.core.counters.dials, 1);
  t.is(a.core.deadline(), undefined);
  t.is(b.core.deadline(), undefined);
});
