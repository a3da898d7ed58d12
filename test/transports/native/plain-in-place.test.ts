/** What is sent from where it lies shows what was done to it between queueing and sending; what was copied does not. */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import test, { type ExecutionContext } from 'ava';
import { VirtualClock } from '../../../simulations/virtual-clock.ts';
import type { FanoutPacket } from '../../../transports/fanout/port.ts';
import { createSlabMemory, generationIndex } from '../../../transports/memory/slab-memory.ts';
import { SlabPacket } from '../../../transports/memory/slab-packet.ts';
import { SlabReader } from '../../../transports/memory/slab-reader.ts';
import { SlabWriter, trackQuotas } from '../../../transports/memory/slab-writer.ts';
import { NativeFanout } from '../../../transports/native/fanout.ts';
import { NativeSrtpTransform } from '../../../transports/native/srtp.ts';
import { NativeUdpSocket } from '../../../transports/native/udp.socket.ts';
import { PlainTransform } from '../../../transports/srtp/plain.ts';
import { builtAddon } from '../engines.ts';
import { canonicalPacket, outletTerms } from '../fanout/packets.ts';
import { sessionKeys } from '../srtp/packets.ts';
import { openReceiver } from './receiver.ts';

const PLAIN = '127.0.2.1';
const SEALED = '127.0.2.2';
const PAYLOAD_AT = 12;
const MARK = 0xee;

const addon = builtAddon();

/** A plain viewer and one with SRTP in a group, and another shard's slab that their stream lies in. */
async function lesson(t: ExecutionContext) {
  const clock = new VirtualClock();
  clock.advanceTo(10_000);
  const receiver = await openReceiver([PLAIN, SEALED]);
  const sink = { receive() {}, batchEnd() {} };
  const socket = await NativeUdpSocket.open(addon, { port: 0, addresses: ['127.0.0.1'], sink });
  t.teardown(() => Promise.all([receiver.close(), socket.close()]));
  const fanout = new NativeFanout(addon, clock);
  fanout.attach(socket);
  const memory = createSlabMemory(0, 64);
  const reader = new SlabReader(memory);
  const track = new SlabWriter(memory).openTrack(trackQuotas.video)!;
  const group = fanout.openGroup();
  const keys = sessionKeys('AEAD_AES_128_GCM').a;
  const outlets = [
    [PLAIN, new PlainTransform()],
    [SEALED, new NativeSrtpTransform(addon, keys)],
  ] as const;
  for (const [address, srtp] of outlets) {
    const outlet = fanout.openOutlet(srtp, outletTerms());
    outlet.lead(receiver.pathTo(address));
    group.add(outlet);
  }
  /** Written `ageMs` ago, by another shard or by this one. */
  const store = (sequenceNumber: number, ageMs: number | undefined, isOwn = false): FanoutPacket => {
    const packet = canonicalPacket({ sequenceNumber });
    track.reserve(0, packet.length).set(packet);
    const reference = track.commit(packet.length);
    const writtenAtMs = ageMs === undefined ? undefined : clock.nowMs() - ageMs;
    const stored = new SlabPacket(reference, isOwn ? undefined : reader, writtenAtMs);
    return { bytes: reader.view(reference)!, stored, sequenceNumber, timestamp: 0 };
  };
  const overwrite = ({ stored }: FanoutPacket) =>
    Atomics.add(reader.words, generationIndex(stored!.reference.position), 1);
  const taken = async () => (await receiver.taken(socket)).get(PLAIN) ?? [];
  return { fanout, socket, group, reader, store, overwrite, taken };
}

/** Whether the plain viewer gets what is done to a packet after it was queued. */
async function seesChange(
  t: ExecutionContext,
  packetOf: (made: Awaited<ReturnType<typeof lesson>>) => FanoutPacket,
) {
  const made = await lesson(t);
  const packet = packetOf(made);
  made.group.send(packet);
  made.fanout.flush();
  packet.bytes[PAYLOAD_AT] = MARK;
  const datagrams = await made.taken();
  t.is(datagrams.length, 1);
  t.is(datagrams[0]!.length, packet.bytes.length);
  return datagrams[0]![PAYLOAD_AT] === MARK;
}

test('a young packet of a slab is sent from where it lies, another shard’s or our own', async t => {
  t.true(await seesChange(t, ({ store }) => store(1, 0)));
  t.true(await seesChange(t, ({ store }) => store(1, 50)));
  t.true(await seesChange(t, ({ store }) => store(1, 0, true)));
});

test('one that the slab’s writer may soon come round to is copied, as is what lies in no slab', async t => {
  t.false(await seesChange(t, ({ store }) => store(1, 51)));
  t.false(await seesChange(t, ({ store }) => store(1, undefined)));
  t.false(await seesChange(t, () => ({ bytes: canonicalPacket({}), sequenceNumber: 0, timestamp: 0 })));
});

test('packets in place and copied ones go to one viewer as segments of one message, each whole', async t => {
  const { group, fanout, store, taken } = await lesson(t);
  const packets = [0, 0, 60, 0, 60, 60, 0].map((ageMs, i) => store(100 + i, ageMs));
  const expected = packets.map(({ bytes }) => Buffer.from(bytes.subarray(PAYLOAD_AT)));
  for (const packet of packets) group.send(packet);
  fanout.flush();
  t.deepEqual(
    (await taken()).map(datagram => datagram.subarray(PAYLOAD_AT)),
    expected,
  );
});

test('what was overwritten before it is sent is not sent, in place or copied', async t => {
  const { group, fanout, store, overwrite, taken } = await lesson(t);
  const packets = [store(1, 0), store(2, 60)];
  for (const packet of packets) group.send(packet);
  fanout.flush();
  overwrite(packets[0]!);
  t.deepEqual(await taken(), []);
  // Each to both viewers.
  t.is(fanout.overwritten, 4);
  t.is(fanout.torn, 0);
});

test('a single packet, a repair or one that a joiner is shown, is copied', async t => {
  const { fanout, store, socket, taken } = await lesson(t);
  const outlet = fanout.openOutlet(new PlainTransform(), outletTerms());
  const receiver = await openReceiver(['127.0.2.3']);
  t.teardown(receiver.close);
  outlet.lead(receiver.pathTo('127.0.2.3'));
  const packet = store(7, 0);
  outlet.send(packet, 7, 0);
  outlet.sendRtx(packet, 7, 0, 1);
  packet.bytes[PAYLOAD_AT] = MARK;
  const datagrams = (await receiver.taken(socket)).get('127.0.2.3')!;
  t.deepEqual(await taken(), []);
  const [sent, repeated] = datagrams;
  t.not(sent![PAYLOAD_AT], MARK);
  t.deepEqual(repeated!.subarray(PAYLOAD_AT + 2), sent!.subarray(PAYLOAD_AT));
});

/** Far more than it takes for the other thread to come between the look before and the look after. */
const SENDS_MAX = 1_000_000;

test('a packet that is overwritten while the kernel takes it is counted', async t => {
  const { group, fanout, socket, store, reader } = await lesson(t);
  const packet = store(1, 0);
  const at = generationIndex(packet.stored!.reference.position);
  const flipper = new Worker(new URL('generation-flipper.ts', import.meta.url), {
    workerData: { words: reader.words, at },
  });
  t.teardown(() => flipper.terminate());
  await once(flipper, 'online');
  for (let sends = 0; sends < SENDS_MAX && fanout.torn === 0; sends += 1) {
    group.send(packet);
    fanout.flush();
    socket.flush();
  }
  t.true(fanout.torn > 0);
});
