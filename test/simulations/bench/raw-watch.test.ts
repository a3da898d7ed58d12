import test from 'ava';
import { RawWatch } from '../../../simulations/bench/raw-watch.ts';
import { vp8Frames } from './vp8-stream.ts';

/** Video of ten frames of three packets, as RTP with the payload type of our offers; numbers from `first`. */
function rtpPackets(first: number): readonly Uint8Array[] {
  return vp8Frames(10, { firstSequenceNumber: first })
    .flat()
    .map(({ sequenceNumber, timestamp, marker, payload }) => {
      const bytes = Buffer.alloc(12 + payload.length);
      bytes[0] = 0x80;
      bytes[1] = (marker ? 0x80 : 0) | 96;
      bytes.writeUInt16BE(sequenceNumber % 65_536, 2);
      bytes.writeUInt32BE(timestamp, 4);
      bytes.set(payload, 12);
      return bytes;
    });
}

function countsOf(packets: readonly Uint8Array[]) {
  const watch = new RawWatch();
  packets.forEach((bytes, i) => {
    watch.receive(i, bytes);
  });
  return watch.counts(10_000);
}

for (const first of [100, 65_520]) {
  const packets = rtpPackets(first);

  test(`a whole stream: nothing to find, numbers from ${first}`, t => {
    t.like(countsOf(packets), { frames: 10, undecodableFrames: 0, undecodableOnArrival: 0 });
    t.like(countsOf(packets), { packetsOutOfOrder: 0, packetsMissing: 0 });
  });

  test(`a packet that comes late mends it for those who wait, numbers from ${first}`, t => {
    const late = [...packets.toSpliced(7, 1), packets[7]!];
    t.like(countsOf(late), { undecodableFrames: 0, undecodableOnArrival: 8 });
    t.like(countsOf(late), { packetsOutOfOrder: 1, packetsMissing: 0 });
  });

  test(`a packet that never comes mends it for nobody, numbers from ${first}`, t => {
    t.like(countsOf(packets.toSpliced(7, 1)), { undecodableFrames: 8, undecodableOnArrival: 8 });
    t.is(countsOf(packets.toSpliced(7, 1)).packetsMissing, 1);
  });
}

test('sound is watched for order alone, and anything else is passed over', t => {
  const watch = new RawWatch();
  const sound = (number: number) => Buffer.from([0x80, 111, 0, number, 0, 0, 0, 0, 0, 0, 0, 0, 1]);
  for (const number of [1, 2, 4, 3, 6]) t.is(watch.receive(0, sound(number)), 'audio');
  t.is(watch.receive(0, Buffer.from([0x80, 200, 0, 0])), undefined);
  t.is(watch.receive(0, new Uint8Array()), undefined);
  t.like(watch.counts(10_000), { frames: 0, audioOutOfOrder: 1, audioMissing: 1 });
});
