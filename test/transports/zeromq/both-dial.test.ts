import test from 'ava';
import { LinksWorld, openEpoch, type WorldNode } from './links-world.ts';

function linked(node: WorldNode): readonly string[] {
  return node.core.peers.map(peer => peer.node).sort();
}

for (const [dialler, listener] of [
  ['a', 'b'],
  ['b', 'a'],
] as const) {
  test(`${dialler} dials ${listener}: both are told of each other, and items go both ways`, t => {
    const world = new LinksWorld();
    const one = world.node({ name: dialler, incarnation: 5 });
    const other = world.node({ name: listener, incarnation: 6 });
    world.dial(one, other);
    world.pass(20);
    for (const [node, peer] of [
      [one, other],
      [other, one],
    ] as const) {
      t.deepEqual(openEpoch(node, peer.name)!.peer, {
        node: peer.name,
        incarnation: peer.incarnation,
        endpoint: peer.endpoint,
        facts: { site: `site of ${peer.name}` },
        version: 1,
        epoch: 1,
      });
      t.true(world.post(node, peer.name, { n: 1 }));
    }
    world.pass(20);
    for (const node of [one, other]) t.deepEqual(node.epochs[0]!.items, [{ n: 1 }]);
    t.is(world.wires.length, 1);
  });
}

for (const gapMs of [0, 0.5, 1, 1.5, 2, 3, 50]) {
  for (const first of ['a', 'b'] as const) {
    test(`both dial, ${first} earlier by ${gapMs} ms: one link, at once and for good`, t => {
      const world = new LinksWorld();
      const [a, b] = [world.node({ name: 'a' }), world.node({ name: 'b' })];
      const [early, late] = first === 'a' ? [a, b] : [b, a];
      world.dial(early, late);
      world.pass(gapMs);
      world.dial(late, early);
      world.pass(60_000);
      for (const node of [a, b]) {
        t.is(node.epochs.length, 1);
        t.is(node.epochs[0]!.end, undefined);
        // Neither goes on dialling for a link that there is.
        t.true(node.core.counters.dials <= 3, `${node.core.counters.dials} dials`);
      }
      t.is(world.wires.filter(({ isOpen }) => isOpen).length, 1);
    });
  }
}

test('a node that dials itself among others stops doing so', t => {
  const world = new LinksWorld();
  const nodes = ['a', 'b', 'c'].map(name => world.node({ name }));
  for (const from of nodes) for (const to of nodes) world.dial(from, to);
  world.pass(60_000);
  t.deepEqual(nodes.map(linked), [
    ['b', 'c'],
    ['a', 'c'],
    ['a', 'b'],
  ]);
  t.deepEqual(
    nodes.map(({ epochs }) => epochs.length),
    [2, 2, 2],
  );
  for (const { refusals } of nodes)
    t.true(refusals.every(({ end }) => ['self', 'linked'].includes(end.code)));
});

test('when the link that made dialling needless goes, dialling begins again', t => {
  const world = new LinksWorld();
  const [a, b] = [world.node({ name: 'a' }), world.node({ name: 'b' })];
  world.dial(a, b);
  world.pass(50);
  world.dial(b, a);
  world.pass(10_000);
  const [first] = world.wires;
  t.is(first!.dialler, a);
  // Only the way from b to a is left.
  world.nodes.splice(0, world.nodes.length, a, b);
  world.cut(first!);
  world.pass(1_000);
  for (const node of [a, b]) {
    t.is(node.epochs.length, 2);
    t.is(node.epochs[1]!.end, undefined);
  }
});
