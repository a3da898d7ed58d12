import test from 'ava';
import { HALF_OPEN_MAX, HALF_OPEN_MAX_MS } from '../../../transports/relay/limits.ts';
import { captureTo } from './captured.ts';
import { EAST, SOUTH, WEST, World } from './world.ts';

/** The two hellos by which west has opened a link to east, with and without the cookie. */
function opened() {
  const world = new World();
  const east = world.host(EAST);
  const west = world.host(WEST);
  const sent = captureTo(west);
  const link = west.open(EAST);
  world.run(10);
  const [first, second] = sent;
  return { world, east, west, link, first: first!, second: second! };
}

test('hellos without a cookie make nothing be kept, however many come', t => {
  const { world, east, first } = opened();
  const { size, halfOpenCount } = east.links;
  for (let port = 1; port <= 1_000; port += 1)
    east.links.receive(east.nowMs, first, { ...east.pathTo(SOUTH), remotePort: port });
  t.deepEqual([east.links.size, east.links.halfOpenCount], [size, halfOpenCount]);
  t.is(east.links.counters.cookiesSent, 1_001);
  let bytesSent = 0;
  for (let output = east.links.poll(); output !== undefined; output = east.links.poll())
    if (output.kind === 'send') bytesSent += output.bytes.length;
  t.true(bytesSent < (1_000 * first.length) / 4, `${bytesSent}`);
  world.run(10);
});

test('a cookie is good by the path for which it was made, and nowhere else', t => {
  const { east, second } = opened();
  const { size } = east.links;
  for (const path of [east.pathTo(SOUTH), { ...east.pathTo(WEST), remotePort: 9 }])
    east.links.receive(east.nowMs, second, path);
  t.is(east.links.size, size);
  t.is(east.links.counters.cookiesSent, 3);
});

test('a hello that comes again while its link lasts is answered as before, and is the same link', t => {
  const { world, east, second } = opened();
  const answers = captureTo(east);
  for (let count = 0; count < 5; count += 1) east.links.receive(east.nowMs, second, east.pathTo(WEST));
  east.drain();
  world.run(10);
  t.is(east.links.size, 1);
  t.is(new Set(answers.map(bytes => Buffer.from(bytes).toString('hex'))).size, 1);
});

test('a hello that is replayed after its link is no link again, and soon forgotten', t => {
  const { world, east, west, link, second } = opened();
  west.with(link, () => link.close('over'));
  world.run(10);
  t.is(east.links.size, 0);
  const { length: told } = east.told;
  east.links.receive(east.nowMs, second, east.pathTo(WEST));
  east.drain();
  t.deepEqual([east.links.size, east.links.halfOpenCount], [1, 1]);
  world.run(HALF_OPEN_MAX_MS);
  t.is(east.links.size, 0);
  t.is(east.told.length, told, 'nobody has heard of it');
});

test('cookies grow old', t => {
  const { world, east, second } = opened();
  world.run(21_000);
  const { cookiesSent } = east.links.counters;
  east.links.receive(east.nowMs, second, east.pathTo(WEST));
  t.is(east.links.counters.cookiesSent, cookiesSent + 1);
});

test('hellos that are never confirmed hold no more than their limit, and not for long', t => {
  const world = new World({ delayMs: 20 });
  const east = world.host(EAST);
  const west = world.host(WEST);
  const south = world.host(SOUTH);
  west.open(EAST);
  world.run(200);
  for (let count = 0; count < HALF_OPEN_MAX + 50; count += 1) south.open(EAST);
  world.run(50);
  // The cookies have come; the accepts will not.
  world.network.blackout(EAST, SOUTH);
  world.run(20);
  t.is(east.links.halfOpenCount, HALF_OPEN_MAX);
  t.is(east.links.counters.refusedBusy, 50);
  south.vanish();
  world.run(HALF_OPEN_MAX_MS + 100);
  t.is(east.links.halfOpenCount, 0);
  t.is(east.links.size, 1);
  t.deepEqual(east.of('down'), [], 'nobody hears of links that never were');
});
