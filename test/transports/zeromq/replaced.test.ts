import test from 'ava';
import { LinksWorld, openEpoch } from './links-world.ts';

for (const peerName of ['a', 'c'] as const) {
  test(`a later incarnation takes the place of the older, which is told so (peer ${peerName})`, t => {
    const world = new LinksWorld();
    const peer = world.node({ name: peerName });
    const older = world.node({ name: 'b', incarnation: 5, endpoint: 'at-older' });
    const bystander = world.node({ name: 'd' });
    world.dial(older, peer);
    world.dial(bystander, peer);
    world.pass(50);
    const newer = world.node({ name: 'b', incarnation: 7, endpoint: 'at-newer' });
    world.dial(newer, peer);
    world.pass(4_000);
    t.is(openEpoch(peer, 'b')!.peer.incarnation, 7);
    t.deepEqual(
      older.epochs.map(({ end }) => end),
      [{ code: 'replaced', words: 'a later incarnation of b has come: 7', by: 'them' }],
    );
    // The older one asks again, in vain, and does not disturb the newer.
    world.pass(20_000);
    t.true(older.refusals.length > 1);
    t.true(older.refusals.every(({ end }) => end.code === 'replaced'));
    t.is(newer.epochs.length, 1);
    t.is(bystander.epochs[0]!.end, undefined);
    t.deepEqual(
      peer.epochs.filter(({ peer: { node } }) => node === 'b').map(({ end }) => end?.code),
      ['replaced', undefined],
    );
    // The older link's end is told before the newer link is there.
    const [first, second] = peer.epochs.filter(({ peer: { node } }) => node === 'b');
    t.is(first!.downAtMs!, second!.upAtMs);
  });

  test(`the same name and incarnation from elsewhere is refused (peer ${peerName})`, t => {
    const world = new LinksWorld();
    const peer = world.node({ name: peerName });
    const first = world.node({ name: 'b', incarnation: 5, endpoint: 'at-first' });
    const second = world.node({ name: 'b', incarnation: 5, endpoint: 'at-second' });
    world.dial(first, peer);
    world.pass(50);
    world.dial(second, peer);
    world.pass(20_000);
    t.is(second.epochs.length, 0);
    t.deepEqual(second.refusals[0]!.end, {
      code: 'name taken',
      words: 'another node named b is linked, at at-first',
      by: 'them',
    });
    t.is(first.epochs[0]!.end, undefined);
    t.is(peer.epochs.length, 1);
  });
}

test('two nodes of one name that meet tell each other', t => {
  const world = new LinksWorld();
  const one = world.node({ name: 'b', incarnation: 5, endpoint: 'at-one' });
  const other = world.node({ name: 'b', incarnation: 6, endpoint: 'at-other' });
  world.dial(one, other);
  world.pass(50);
  for (const { refusals } of [one, other]) {
    t.deepEqual(
      refusals.map(({ end }) => end.words),
      ['there are two nodes named b'],
    );
  }
});

test('a node that starts again is linked as its new incarnation, before the old one was missed', t => {
  const world = new LinksWorld();
  const peer = world.node({ name: 'a' });
  const before = world.node({ name: 'b', incarnation: 1 });
  world.dial(peer, before);
  world.pass(50);
  before.isDead = true;
  const after = world.node({ name: 'b', incarnation: 2 });
  world.dial(after, peer);
  world.pass(50);
  t.is(openEpoch(peer, 'b')!.peer.incarnation, 2);
  t.is(openEpoch(after, 'a')!.peer.node, 'a');
});
