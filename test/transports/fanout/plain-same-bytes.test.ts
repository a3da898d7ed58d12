import test from 'ava';
import fc from 'fast-check';
import { VirtualClock } from '../../../simulations/virtual-clock.ts';
import type { Fanout, FanoutPacket } from '../../../transports/fanout/port.ts';
import { PortableFanout } from '../../../transports/fanout/portable.ts';
import { createSlabMemory } from '../../../transports/memory/slab-memory.ts';
import { SlabPacket } from '../../../transports/memory/slab-packet.ts';
import { SlabReader } from '../../../transports/memory/slab-reader.ts';
import { SlabWriter } from '../../../transports/memory/slab-writer.ts';
import { NativeFanout } from '../../../transports/native/fanout.ts';
import { NativeUdpSocket } from '../../../transports/native/udp.socket.ts';
import { parseRtp } from '../../../transports/rtp/packet.ts';
import { PlainTransform } from '../../../transports/srtp/plain.ts';
import type { Path } from '../../../transports/udp/path.ts';
import { builtAddon } from '../engines.ts';
import { openReceiver } from '../native/receiver.ts';
import { canonicalPacket, ourPayloadTypes, outletTerms } from './packets.ts';

const addresses = ['127.0.3.1', '127.0.3.2', '127.0.3.3'] as const;
const WRITTEN_AT_MS = { young: 1000, old: 100 } as const;

const viewers = fc.array(
  fc.record({
    withRtx: fc.subarray([...ourPayloadTypes]),
    first: fc.integer({ min: 0, max: 122 }),
    extensionIds: fc.option(
      fc.record(
        { audioLevel: fc.nat(20), videoOrientation: fc.nat(20), playoutDelay: fc.nat(20) },
        { requiredKeys: [] },
      ),
      { nil: undefined },
    ),
    numberOffset: fc.nat(0xffff),
  }),
  { minLength: 1, maxLength: addresses.length },
);

const packets = fc.array(
  fc.record({
    payloadType: fc.constantFrom(...ourPayloadTypes),
    marker: fc.boolean(),
    extensions: fc.subarray(['audioLevel', 'videoOrientation', 'playoutDelay'] as const),
    // Parts of one frame differ by little, and are padded; others do not.
    payloadBytes: fc.oneof(fc.integer({ min: 1000, max: 1020 }), fc.integer({ min: 0, max: 1400 })),
    timestamp: fc.constantFrom(0, 0xffff_fff0),
    place: fc.constantFrom('young' as const, 'young' as const, 'old' as const, 'heap' as const),
    isRepeated: fc.boolean(),
  }),
  { minLength: 1, maxLength: 8 },
);

type Plan = typeof viewers extends fc.Arbitrary<readonly (infer One)[]> ? One : never;

/** All that the viewers are sent in a turn: with their group, and then again alone. */
function send(
  fanout: Fanout,
  plans: readonly Plan[],
  paths: readonly Path[],
  track: readonly (FanoutPacket & { readonly isRepeated: boolean })[],
): void {
  const group = fanout.openGroup();
  const outlets = plans.map(({ numberOffset, ...plan }, i) => {
    const terms = outletTerms({ ssrc: 100 * (i + 1), ...plan });
    const outlet = fanout.openOutlet(new PlainTransform(), terms, error => {
      throw error;
    });
    outlet.lead(paths[i]!);
    outlet.setNumberOffset(numberOffset);
    group.add(outlet);
    return { outlet, terms, numberOffset };
  });
  for (const packet of track) group.send(packet);
  fanout.flush();
  for (const { outlet, terms, numberOffset } of outlets)
    for (const packet of track) {
      const number = packet.sequenceNumber + numberOffset;
      if (!packet.isRepeated) continue;
      if (terms.rtxPayloadTypes[packet.bytes[1]! & 0x7f]! < 0) outlet.send(packet, number, packet.timestamp);
      else outlet.sendRtx(packet, number, packet.timestamp, 0xffff);
    }
}

test('both engines make the same datagrams of plain RTP, wherever packets lie, and each is sound', async t => {
  const receiver = await openReceiver(addresses);
  const sink = { receive() {}, batchEnd() {} };
  const addon = builtAddon();
  const socket = await NativeUdpSocket.open(addon, { port: 0, addresses: ['127.0.0.1'], sink });
  t.teardown(() => Promise.all([receiver.close(), socket.close()]));
  const paths = addresses.map(receiver.pathTo);
  const memory = createSlabMemory(0, 8);
  const reader = new SlabReader(memory);
  const slab = new SlabWriter(memory).openTrack({ pages: 8, ageMs: 1000 })!;
  const clock = new VirtualClock();
  clock.advanceTo(1020);
  let compared = 0;

  await fc.assert(
    fc.asyncProperty(
      viewers,
      packets,
      fc.constantFrom(0, 0x7ffe, 0xfffe, 0x1_fffe),
      async (plans, parts, from) => {
        const track = parts.map(({ place, isRepeated, timestamp, ...more }, i) => {
          const sequenceNumber = from + i;
          const bytes = canonicalPacket({ ...more, sequenceNumber, timestamp });
          const packet = { bytes, sequenceNumber, timestamp, isRepeated };
          if (place === 'heap') return packet;
          slab.reserve(0, bytes.length).set(bytes);
          const reference = slab.commit(bytes.length);
          const stored = new SlabPacket(reference, reader, WRITTEN_AT_MS[place]);
          return { ...packet, bytes: reader.view(reference)!, stored };
        });
        const made = new Map<string, Buffer[]>(addresses.map(address => [address, []]));
        const portable = new PortableFanout((bytes, { remoteAddress }) =>
          made.get(remoteAddress)!.push(Buffer.from(bytes)),
        );
        const native = new NativeFanout(addon, clock);
        native.attach(socket);
        for (const fanout of [portable, native]) send(fanout, plans, paths, track);
        const received = await receiver.taken(socket);
        for (const address of addresses) {
          const expected = made.get(address)!;
          t.deepEqual(received.get(address) ?? [], expected);
          t.true(expected.every(datagram => parseRtp(datagram) !== undefined));
          compared += expected.length;
        }
      },
    ),
    { seed: 6, numRuns: 300 },
  );
  t.log(`${compared} datagrams`);
  t.true(compared > 3000);
  t.is(socket.overwritten + socket.torn, 0);
});
