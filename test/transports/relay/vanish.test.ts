import test from 'ava';
import { parseDatagram } from '../../../transports/relay/datagram.ts';
import { EAST, grantAll, media, PORT, upPair, WEST } from './world.ts';

test('a peer that vanishes is noticed within 4.5 s, and all that was held for it is let go', t => {
  const { world, east, west, eastLink, westLink } = upPair({ delayMs: 25 });
  grantAll(east);
  west.with(westLink, (link, nowMs) => link.subscribe(nowMs, 'math-101', ['west']));
  world.run(200);
  west.vanish();
  for (let number = 0; number < 180; number += 1) {
    east.with(eastLink, (link, nowMs) => link.sendMedia(nowMs, 1, 'video', media(number)));
    world.run(25);
  }
  t.deepEqual(
    east.of('down').map(({ link, reason }) => [link, reason]),
    [[eastLink, 'the peer is silent']],
  );
  t.is(east.links.size, 0);
  t.is(east.links.deadline(), undefined);
  t.deepEqual(eastLink.held, { conversations: 0, subscriptions: 0, early: 0 });
  t.is(eastLink.deadline(), undefined);
  t.false(east.with(eastLink, (link, nowMs) => link.sendMedia(nowMs, 1, 'video', media(1))));
  t.is(
    east.with(eastLink, (link, nowMs) => link.subscribe(nowMs, 'x', ['x'])),
    'link is down',
  );
});

test('a line that is cut for three seconds takes no link down', t => {
  const { world, east, west, eastLink, westLink } = upPair({ delayMs: 25 });
  grantAll(east);
  west.with(westLink, (link, nowMs) => link.subscribe(nowMs, 'math-101', ['west']));
  world.run(200);
  world.cut(EAST, WEST);
  east.with(eastLink, (link, nowMs) => link.sendMedia(nowMs, 1, 'video', media(1)));
  world.run(3_000);
  world.mend(EAST, WEST);
  world.run(2_000);
  t.deepEqual([...east.of('down'), ...west.of('down')], []);
  t.is(eastLink.counters.packetsExpired, 1);
  t.is(eastLink.waitingSegments, 0);
});

for (const [delayMs, noticedMs] of [
  [1, 206],
  [25, 350],
  [66, 596],
  [150, 600],
] as const) {
  test(`a peer ${delayMs} ms away that is suspected and gone is noticed after ${noticedMs} ms; one that is there stays`, t => {
    const { world, east, west, eastLink, westLink } = upPair({ delayMs });
    world.run(2_000);
    west.with(westLink, (link, nowMs) => link.suspect(nowMs));
    world.run(2_000);
    t.deepEqual([...east.of('down'), ...west.of('down')], []);
    west.vanish();
    // What it had sent still comes.
    world.run(2 * delayMs);
    east.with(eastLink, (link, nowMs) => link.suspect(nowMs));
    world.run(noticedMs - 1);
    t.is(eastLink.state, 'up');
    world.run(1);
    t.is(eastLink.state, 'down');
  });
}

test('a peer that is suspected, and does not hear the first time that it is asked, stays', t => {
  const { world, east, west, eastLink } = upPair({ delayMs: 25 });
  world.run(2_000);
  world.cut(EAST, WEST);
  east.with(eastLink, (link, nowMs) => link.suspect(nowMs));
  world.run(200);
  world.mend(EAST, WEST);
  world.run(2_000);
  t.deepEqual([...east.of('down'), ...west.of('down')], []);
});

test('what a peer had sent before it was gone is no sign of life', t => {
  const { world, east, west, eastLink, westLink } = upPair({ delayMs: 25 });
  world.run(2_000);
  // Under way when the word comes that the peer has gone.
  west.with(westLink, (link, nowMs) => link.subscribe(nowMs, 'math-101', ['west']));
  west.vanish();
  world.run(10);
  east.with(eastLink, (link, nowMs) => link.suspect(nowMs));
  // 0.2 s and three round trips.
  world.run(349);
  t.is(east.of('subscribe').length, 1, 'it has come');
  t.is(eastLink.state, 'up');
  world.run(1);
  t.is(eastLink.state, 'down');
});

test('one that is there is soon heard to be, however much it sends', t => {
  const { world, east, west, eastLink, westLink } = upPair({ delayMs: 25, loss: 0.2 }, 3);
  grantAll(west);
  east.with(eastLink, (link, nowMs) => link.subscribe(nowMs, 'math-101', ['east']));
  world.run(500);
  for (let number = 0; number < 400; number += 1) {
    west.with(westLink, (link, nowMs) => link.sendMedia(nowMs, 1, 'audio', media(number)));
    if (number % 50 === 0) east.with(eastLink, (link, nowMs) => link.suspect(nowMs));
    world.run(20);
  }
  t.deepEqual([...east.of('down'), ...west.of('down')], []);
});

test('a link that flaps comes back each time, and leaves nothing of its former lives', t => {
  const { world, east, west } = upPair({ delayMs: 10 });
  grantAll(east);
  for (let round = 0; round < 10; round += 1) {
    world.cut(EAST, WEST);
    world.run(4_600);
    world.mend(EAST, WEST);
    const link = west.open(EAST);
    west.with(link, (_, nowMs) => link.subscribe(nowMs, 'math-101', ['west']));
    world.run(200);
    const asked = east.of('subscribe').at(-1)!;
    east.with(asked.link, (_, nowMs) => asked.link.sendMedia(nowMs, asked.id, 'audio', media(round)));
    world.run(100);
    t.is(west.of('media').at(-1)?.link, link);
    t.is(west.of('media').at(-1)?.sequenceNumber, media(round).sequenceNumber);
  }
  for (const host of [east, west]) {
    t.is(host.of('up').length, 11);
    t.is(host.of('down').length, 10);
    t.is(host.links.size, 1);
    t.is(host.links.halfOpenCount, 0);
  }
});

test('datagrams of a former association are passed over', t => {
  const { world, east, west, eastLink, westLink } = upPair();
  const captured: Uint8Array[] = [];
  const { send } = east.socket;
  east.socket.send = (bytes, path) => {
    captured.push(bytes.slice());
    send(bytes, path);
  };
  world.run(2_000);
  t.true(captured.some(bytes => parseDatagram(bytes)?.linkId === westLink.localId));
  west.with(westLink, link => link.close('over'));
  west.open(EAST);
  world.run(100);
  const before = {
    unknown: west.links.counters.unknownLink,
    told: west.told.length,
    sent: west.socket.counters.datagramsSent,
  };
  for (const bytes of captured)
    if (parseDatagram(bytes)?.linkId === westLink.localId)
      west.links.receive(west.nowMs, bytes, west.pathTo(EAST));
  west.drain();
  t.true(west.links.counters.unknownLink > before.unknown);
  t.is(west.told.length, before.told);
  t.is(west.socket.counters.datagramsSent, before.sent);
  t.is(eastLink.state, 'down');
});

test('a node that has started again takes its former links down at once', t => {
  const { world, east, west, eastLink } = upPair();
  west.vanish();
  world.run(100);
  const anew = world.host(WEST, { self: { node: `node-${WEST}`, incarnation: 2 } });
  t.is(anew.socket.port, PORT);
  anew.open(EAST);
  world.run(100);
  t.deepEqual(
    east.of('down').map(({ link, reason }) => [link, reason]),
    [[eastLink, 'the node has started again']],
  );
  t.is(east.of('up').at(-1)?.peer.incarnation, 2);
  t.is(east.links.size, 1);
  t.deepEqual(anew.of('down'), []);
});
