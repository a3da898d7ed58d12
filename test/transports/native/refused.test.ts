import test from 'ava';
import type { FanoutPacket } from '../../../transports/fanout/port.ts';
import { canonicalPacket } from '../fanout/packets.ts';
import { openReceiver } from './receiver.ts';
import { nativeFanout, openNative } from './sockets.ts';

const [first, last] = ['127.0.1.1', '127.0.1.2'] as const;
/** By one byte: what fits both IP versions, with room to spare for headers (src/send_queue.h). */
const TOO_LONG_FOR_THE_QUEUE = 65_001;
const to = (remoteAddress: string, remotePort = 9) => ({
  localAddress: '127.0.0.1',
  remoteAddress,
  remotePort,
});
const packets = [1, 2, 3].map(
  (sequenceNumber): FanoutPacket => ({
    bytes: canonicalPacket({ sequenceNumber, payloadBytes: 1000 }),
    sequenceNumber,
    timestamp: 0,
  }),
);

// From a loopback address there is no way to any other machine, and port 0 is nobody's.
for (const [what, refusedPath] of [
  ['a path without a route', to('192.0.2.1')],
  ['port 0', to('127.0.1.3', 0)],
  ['an address of the other family', to('::1')],
] as const)
  test(`${what} is counted and harms no neighbours, one by one or in runs`, async t => {
    const receiver = await openReceiver([first, last]);
    const socket = await openNative();
    t.teardown(() => Promise.all([socket.close(), receiver.close()]));
    for (const [at, path] of [receiver.pathTo(first), refusedPath, receiver.pathTo(last)].entries())
      socket.send(Buffer.from(`datagram ${at}`), path);
    const alone = await receiver.taken(socket);
    t.deepEqual(alone.get(first)?.map(String), ['datagram 0']);
    t.deepEqual(alone.get(last)?.map(String), ['datagram 2']);
    t.is(socket.counters.sendErrors, 1);

    const { fanout, openOutlet } = nativeFanout(socket);
    const group = fanout.openGroup();
    for (const path of [receiver.pathTo(first), refusedPath, receiver.pathTo(last)]) {
      const outlet = openOutlet();
      outlet.lead(path);
      group.add(outlet);
    }
    for (const packet of packets) group.send(packet);
    fanout.flush();
    const together = await receiver.taken(socket);
    t.is(together.get(first)?.length, packets.length);
    t.is(together.get(last)?.length, packets.length);
    t.is(socket.counters.sendErrors, 1 + packets.length);
    const ends = 4;
    t.is(socket.counters.datagramsSent, 2 + 2 * packets.length + ends);
  });

test('a broadcast that may not be sent is counted, between neighbours of one run', async t => {
  const receiver = await openReceiver([first]);
  const socket = await openNative();
  t.teardown(() => Promise.all([socket.close(), receiver.close()]));
  for (const path of [receiver.pathTo(first), to('127.255.255.255'), receiver.pathTo(first)])
    socket.send(Buffer.from('datagram'), path);
  t.is((await receiver.taken(socket)).get(first)?.length, 2);
  t.is(socket.counters.sendErrors, 1);
});

test('what is longer than any datagram is counted and goes nowhere', async t => {
  const receiver = await openReceiver([first]);
  const socket = await openNative();
  t.teardown(() => Promise.all([socket.close(), receiver.close()]));
  for (const length of [1000, TOO_LONG_FOR_THE_QUEUE, 65_535, 65_536, 70_000, 1000])
    socket.send(new Uint8Array(length), receiver.pathTo(first));
  t.is((await receiver.taken(socket)).get(first)?.length, 2);
  t.is(socket.counters.sendErrors, 4);
});

test('an empty datagram is one of its own, and ends no run', async t => {
  const receiver = await openReceiver([first]);
  const socket = await openNative();
  t.teardown(() => Promise.all([socket.close(), receiver.close()]));
  const lengths = [100, 100, 0, 0, 100, 60, 0, 60];
  for (const length of lengths) socket.send(new Uint8Array(length), receiver.pathTo(first));
  const received = (await receiver.taken(socket)).get(first)!;
  t.deepEqual(
    received.map(({ length }) => length),
    lengths,
  );
});

test('an outlet that leads to no address of the socket, or to none at all, sends nothing', async t => {
  const receiver = await openReceiver([first]);
  const socket = await openNative();
  t.teardown(() => Promise.all([socket.close(), receiver.close()]));
  const { openOutlet } = nativeFanout(socket);
  const outlet = openOutlet();
  outlet.send(packets[0]!, 1, 0);
  for (const path of [
    { ...receiver.pathTo(first), localAddress: '127.0.0.9' },
    { ...receiver.pathTo(first), remoteAddress: 'nowhere' },
  ]) {
    outlet.lead(receiver.pathTo(first));
    outlet.lead(path);
    outlet.send(packets[0]!, 1, 0);
  }
  outlet.lead(receiver.pathTo(first));
  outlet.send(packets[0]!, 1, 0);
  t.is((await receiver.taken(socket)).get(first)?.length, 1);
});
