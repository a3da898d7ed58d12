import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import test, { type ExecutionContext } from 'ava';
import type { FanoutPacket } from '../../../transports/fanout/port.ts';
import { createSlabMemory, generationIndex } from '../../../transports/memory/slab-memory.ts';
import { SlabPacket } from '../../../transports/memory/slab-packet.ts';
import { SlabReader } from '../../../transports/memory/slab-reader.ts';
import { SlabWriter } from '../../../transports/memory/slab-writer.ts';
import { createSrtpTransform } from '../../../transports/srtp/transform.ts';
import { engines } from '../engines.ts';
import { openReceiver } from '../native/receiver.ts';
import { nativeFanout, openNative, silentSink } from '../native/sockets.ts';
import { sessionKeys } from '../srtp/packets.ts';
import { canonicalPacket, outletTerms } from './packets.ts';

const viewer = '127.0.1.1';
const { a, b } = sessionKeys('AEAD_AES_128_GCM');

/** Packets that lie in another thread's slab, each on a page of its own track; `overwrite` begins a packet's page anew. */
function anothersPackets() {
  const memory = createSlabMemory(0, 16);
  const writer = new SlabWriter(memory);
  const reader = new SlabReader(memory);
  const store = (sequenceNumber: number): FanoutPacket => {
    const bytes = canonicalPacket({ sequenceNumber });
    const track = writer.openTrack({ pages: 2, ageMs: 0 })!;
    track.reserve(0, bytes.length).set(bytes);
    const reference = track.commit(bytes.length);
    const stored = new SlabPacket(reference, reader);
    return { bytes: reader.view(reference)!, stored, sequenceNumber, timestamp: 0 };
  };
  // As the writer does it, in whatever thread.
  const overwrite = ({ stored }: FanoutPacket) =>
    void Atomics.add(new Int32Array(memory.buffer), generationIndex(stored!.reference.position), 1);
  return { store, overwrite };
}

const numbersOf = (datagrams: readonly Buffer[] = []) => {
  const srtp = createSrtpTransform(b);
  return datagrams.map(datagram => Buffer.from(srtp.openRtp(datagram) as Uint8Array).readUInt16BE(2));
};

for (const { name, openSocket, makeSrtp, makeFanout } of engines)
  test(`${name}: what has been overwritten before it was sealed is not sent, and counted`, async t => {
    const receiver = await openReceiver([viewer]);
    const socket = await openSocket({ port: 0, addresses: ['127.0.0.1'], sink: silentSink });
    t.teardown(() => Promise.all([socket.close(), receiver.close()]));
    const fanout = makeFanout((bytes, path) => socket.send(bytes, path));
    fanout.attach(socket);
    const outlet = fanout.openOutlet(makeSrtp(a), outletTerms(), error => t.fail(String(error)));
    outlet.lead(receiver.pathTo(viewer));
    const group = fanout.openGroup();
    group.add(outlet);
    const { store, overwrite } = anothersPackets();

    const [first, second] = [store(1), store(2)];
    group.send(first);
    fanout.flush();
    socket.flush();
    group.send(second);
    overwrite(second);
    fanout.flush();
    t.deepEqual(numbersOf((await receiver.taken(socket)).get(viewer)), [1]);
    t.is(fanout.overwritten, 1);

    overwrite(first);
    outlet.send(first, 3, 0);
    outlet.sendRtx(first, 1, 0, 9);
    t.is((await receiver.taken(socket)).get(viewer), undefined);
    t.is(fanout.overwritten, 3);
  });

/** A group of the native engine, in which each of those addresses is a viewer. */
async function nativeGroup(t: ExecutionContext, viewers: readonly string[]) {
  const receiver = await openReceiver(viewers);
  const socket = await openNative();
  t.teardown(() => Promise.all([socket.close(), receiver.close()]));
  const { fanout, openOutlet } = nativeFanout(socket);
  const group = fanout.openGroup();
  for (const address of viewers) {
    const outlet = openOutlet();
    outlet.lead(receiver.pathTo(address));
    group.add(outlet);
  }
  return { receiver, socket, fanout, group };
}

test('native: what is overwritten between sealing and sending is not sent, and counted; its neighbours are', async t => {
  const viewers = [viewer, '127.0.1.2'];
  const { receiver, socket, fanout, group } = await nativeGroup(t, viewers);
  const { store, overwrite } = anothersPackets();
  // Equally long: each viewer's are segments of one message.
  const packets = [1, 2, 3, 4, 5, 6].map(store);
  for (const packet of packets) group.send(packet);
  fanout.flush();
  overwrite(packets[0]!);
  overwrite(packets[3]!);
  const received = await receiver.taken(socket);
  for (const address of viewers) t.deepEqual(numbersOf(received.get(address)), [2, 3, 5, 6]);
  t.is(fanout.overwritten, 4);
});

test('native: many messages that were overwritten in part', async t => {
  const viewers = Array.from({ length: 100 }, (_, i) => `127.0.1.${i + 1}`);
  const { receiver, socket, fanout, group } = await nativeGroup(t, viewers);
  const { store, overwrite } = anothersPackets();
  const packets = [1, 2, 3, 4].map(store);
  for (const packet of packets) group.send(packet);
  fanout.flush();
  overwrite(packets[1]!);
  const received = await receiver.taken(socket);
  for (const address of viewers) t.deepEqual(numbersOf(received.get(address)), [1, 3, 4]);
  t.is(fanout.overwritten, viewers.length);
});

test('native: the memory that a packet lies in stays until what was made of it has been looked at', async t => {
  const receiver = await openReceiver([viewer]);
  const socket = await openNative();
  t.teardown(() => Promise.all([socket.close(), receiver.close()]));
  const { openOutlet } = nativeFanout(socket);
  const outlet = openOutlet();
  outlet.lead(receiver.pathTo(viewer));
  outlet.send(anothersPackets().store(1), 1, 0);
  // Nobody but the socket has it now.
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  for (let i = 0; i < 5; i += 1) {
    await Promise.resolve();
    collect();
  }
  t.deepEqual(numbersOf((await receiver.taken(socket)).get(viewer)), [1]);
});
