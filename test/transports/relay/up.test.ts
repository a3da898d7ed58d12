import test from 'ava';
import { EAST, upPair, WEST, World } from './world.ts';

test('a link comes up at both ends, each knowing the other and how far away it is', t => {
  const { east, west, eastLink, westLink } = upPair({ delayMs: 20 });
  t.deepEqual(
    west.of('up').map(({ peer }) => peer),
    [{ node: `node-${EAST}`, incarnation: 1 }],
  );
  t.deepEqual(
    east.of('up').map(({ peer }) => peer),
    [{ node: `node-${WEST}`, incarnation: 1 }],
  );
  t.deepEqual([westLink.role, eastLink.role], ['opener', 'accepter']);
  for (const link of [westLink, eastLink]) t.true(Math.abs(link.srttMs! - 40) < 1, `${link.srttMs}`);
});

test('both ends are up after two round trips and a half, one of them for the cookie', t => {
  const world = new World({ delayMs: 20 });
  const east = world.host(EAST);
  const west = world.host(WEST);
  west.open(EAST);
  world.run(79);
  t.deepEqual([west.of('up').length, east.links.size], [0, 1]);
  world.run(2);
  t.is(west.of('up').length, 1);
  world.run(20);
  t.is(east.of('up').length, 1);
  t.is(east.links.halfOpenCount, 0);
});

test('an opener that nobody answers says so after 5 s, having asked with waits that double', t => {
  const world = new World();
  const west = world.host(WEST);
  const link = west.open(EAST);
  world.run(4_999);
  t.is(link.state, 'opening');
  // At 0, 100, 300, 700, 1500 and 3100 ms.
  t.is(link.counters.datagramsSent, 6);
  world.run(1);
  t.deepEqual(
    west.told.map(({ kind, ...rest }) => ['reason' in rest && rest.reason, kind]),
    [['no answer', 'down']],
  );
  t.is(west.links.size, 0);
  t.is(west.links.deadline(), undefined);
});

test('hellos and accepts that are lost are sent again, and make one link', t => {
  for (let seed = 0; seed < 20; seed += 1) {
    const world = new World({ delayMs: 10, loss: 0.15, duplicate: 0.2 }, seed);
    const east = world.host(EAST);
    const west = world.host(WEST);
    west.open(EAST);
    world.run(4_900);
    t.is(west.of('up').length, 1, `seed ${seed}`);
    t.is(east.of('up').length, 1, `seed ${seed}`);
    t.is(east.links.size, 1, `seed ${seed}`);
  }
});

test('an idle link stays up, at the cost of a few small datagrams a second', t => {
  const { world, east, west, westLink } = upPair({ delayMs: 30, loss: 0.05 });
  const { datagramsSent, bytesSent } = westLink.counters;
  world.run(60_000);
  t.deepEqual([east.of('down'), west.of('down')], [[], []]);
  // Pings and pongs, and what is lost, when it is.
  t.true(westLink.counters.datagramsSent - datagramsSent <= 6 * 60);
  t.true(westLink.counters.bytesSent - bytesSent <= 6 * 60 * 42);
});
