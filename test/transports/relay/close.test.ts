import test from 'ava';
import { EAST, upPair, WEST, World } from './world.ts';

test('a link that is closed is down at both ends at once, and the peer knows why', t => {
  const { world, east, west, westLink } = upPair({ delayMs: 20 });
  west.with(westLink, link => link.close('drained for an update\u001b'));
  t.deepEqual(
    west.of('down').map(({ reason }) => reason),
    ['drained for an update '],
  );
  world.run(21);
  t.deepEqual(
    east.of('down').map(({ reason }) => reason),
    ['the peer closed the link: drained for an update '],
  );
  t.deepEqual([east.links.size, west.links.size], [0, 0]);
  t.is(world.clock.timersSet, 0, 'nothing ticks any more');
  west.with(westLink, link => link.close('again'));
  t.is(west.of('down').length, 1);
});

test('a link closed while it is being opened is never up', t => {
  const world = new World({ delayMs: 20 });
  const east = world.host(EAST);
  const west = world.host(WEST);
  const link = west.open(EAST);
  world.run(10);
  west.with(link, () => link.close('changed our mind'));
  world.run(5_000);
  t.deepEqual(
    west.told.map(({ kind }) => kind),
    ['down'],
  );
  t.deepEqual(east.told, [], 'nobody has heard of it there');
  t.is(east.links.size, 0);
  t.is(west.links.counters.unknownLink, 1, 'the accept');
});

test('one link goes, the others stay', t => {
  const { world, east, west, westLink } = upPair();
  const second = west.open(EAST);
  world.run(100);
  west.with(westLink, link => link.close('over'));
  world.run(5_000);
  t.is(second.state, 'up');
  t.deepEqual([east.links.size, west.links.size], [1, 1]);
});
