import test from 'ava';
import type { DatagramSocket } from '../../../transports/udp/port.ts';
import { EAST, grantAll, type Host, media, PORT, SOUTH, upPair, WEST, type World } from './world.ts';

/** From now on what the host sends comes from another address, and answers reach it there, as by a NAT. */
function moveTo(world: World, host: Host, address: string): DatagramSocket {
  const socket = world.network.open({
    addresses: [address],
    port: PORT,
    sink: {
      receive: (bytes, path) =>
        host.links.receive(world.clock.nowMs(), bytes, { ...path, localAddress: host.address }),
      batchEnd: () => host.drain(),
    },
  });
  host.socket.send = (bytes, path) => socket.send(bytes, { ...path, localAddress: address });
  return socket;
}

function watching() {
  const pair = upPair({ delayMs: 20 });
  const { world, east, west, westLink, eastLink } = pair;
  grantAll(east);
  west.with(westLink, (link, nowMs) => link.subscribe(nowMs, 'math-101', ['west']));
  world.run(300);
  let number = 0;
  const sendFor = (durationMs: number) => {
    for (let passedMs = 0; passedMs < durationMs; passedMs += 10) {
      east.with(eastLink, (link, nowMs) => link.sendMedia(nowMs, 1, 'video', media(number)));
      number += 1;
      world.run(10);
    }
  };
  const cameInOrder = () =>
    west.of('media').every(({ sequenceNumber }, place) => sequenceNumber === media(place).sequenceNumber);
  return { ...pair, sendFor, cameInOrder, sent: () => number };
}

test('a peer whose address has changed is found at the new one, and nothing is missed', t => {
  const { world, east, west, eastLink, sendFor, cameInOrder, sent } = watching();
  sendFor(500);
  moveTo(world, west, SOUTH);
  sendFor(1_000);
  world.run(500);
  t.is(eastLink.path.remoteAddress, SOUTH);
  t.is(eastLink.counters.pathChanges, 1);
  t.is(west.of('media').length, sent());
  t.true(cameInOrder());
  t.deepEqual([...east.of('down'), ...west.of('down')], []);
});

test('who sends the peer on from an address of his own, and cannot answer, moves nothing', t => {
  const { world, east, west, eastLink, sendFor } = watching();
  const asked: number[] = [];
  const { send } = east.socket;
  east.socket.send = (bytes, path) => {
    if (path.remoteAddress === SOUTH) asked.push(bytes.length);
    send(bytes, path);
  };
  // Each datagram comes first by the attacker's address, as it is, and is then a replay by its own.
  const { send: sendOn } = west.socket;
  const copied: number[] = [];
  west.socket.send = (bytes, path) => {
    copied.push(bytes.length);
    east.links.receive(east.nowMs, bytes, east.pathTo(SOUTH));
    sendOn(bytes, path);
  };
  sendFor(2_000);
  t.is(eastLink.path.remoteAddress, WEST);
  t.is(eastLink.counters.pathChanges, 0);
  t.true(asked.length > 0 && asked.length <= 11, `${asked.length} challenges`);
  t.true(Math.max(...asked) <= Math.min(...copied), 'none is longer than what came');
  world.run(100);
});

test('whoever could pass on both ways is left again when the peer is heard directly', t => {
  const { world, west, eastLink, sendFor, cameInOrder } = watching();
  const { send } = west.socket;
  const relay = moveTo(world, west, SOUTH);
  sendFor(1_000);
  t.is(eastLink.path.remoteAddress, SOUTH);
  west.socket.send = send;
  sendFor(1_000);
  t.is(eastLink.path.remoteAddress, WEST);
  t.is(eastLink.counters.pathChanges, 2);
  t.true(cameInOrder());
  void relay.close();
});

test('what is old or forged moves nothing, and is not asked about', t => {
  const { world, east, west, eastLink, sendFor } = watching();
  const kept: Uint8Array[] = [];
  const { send } = west.socket;
  west.socket.send = (bytes, path) => {
    // Late by one: no longer the newest when it comes by the other path.
    if (kept.length > 0) world.clock.setTimer(50, () => east.links.receive(east.nowMs, kept.shift()!, south));
    kept.push(bytes.slice());
    if (kept.length % 2 === 0) send(bytes, path);
  };
  const south = east.pathTo(SOUTH);
  const before = east.socket.counters.datagramsSent;
  sendFor(300);
  t.true(east.socket.counters.datagramsSent > before);
  t.is(eastLink.counters.pathChanges, 0);
  t.is(eastLink.path.remoteAddress, WEST);
});

test('only the peer can say that it is at another address', t => {
  const { world, east, west, eastLink } = watching();
  moveTo(world, west, SOUTH);
  // The challenges do not get there.
  world.cut(EAST, SOUTH);
  world.mend(SOUTH, EAST);
  world.network.blackout(EAST, SOUTH);
  world.run(1_000);
  t.is(eastLink.path.remoteAddress, WEST);
  t.is(eastLink.counters.pathChanges, 0);
  t.is(east.of('down').length, 0);
});
