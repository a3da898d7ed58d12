import test from 'ava';
import type { MediaSource, SourcePacket } from '../../../actors/forwarding/control/forwarding-control.ts';
import { Crossings } from '../../../actors/forwarding/crossings.ts';
import { StreamTrack, type TrackPacket } from '../../../actors/forwarding/stream-track.ts';
import { createShardMemories } from '../../../transports/memory/shard-memories.ts';
import type { SlabPacket } from '../../../transports/memory/slab-packet.ts';
import { setPayloadType } from '../../../transports/rtp/packet.ts';

const NOW_MS = 5000;
const settings = { forwardingControl: 'on', audioReorderMs: 60 } as const;
const source = { missing: 'none', roundTripMs: undefined, giveUpBefore() {} } as unknown as MediaSource;

/** A keyframe of VP8 in one packet, as a track of shard 0 passes it on. */
function passed(crossings: Crossings): TrackPacket {
  const bytes = new Uint8Array(40);
  bytes[0] = 0x80;
  setPayloadType(bytes, 96);
  const packet: SourcePacket = {
    bytes,
    source,
    sequenceNumber: 1,
    timestamp: 1,
    keyframe: 'yes',
    isEmpty: false,
    afterLongGap: false,
  };
  const start = { sequenceNumber: 0, timestamp: 0, atMs: 0 };
  const track = new StreamTrack('video', start, settings, crossings.openTrack('video'));
  track.receive(NOW_MS, packet);
  return track.poll()!;
}

test('a packet knows when it was written, on its own core and on another; one of the past does not', t => {
  const memories = createShardMemories(2);
  const [here, there] = [0, 1].map(shard => new Crossings({ shard, memories })) as [Crossings, Crossings];
  const packet = passed(here);
  t.is(packet.stored?.writtenAtMs, NOW_MS);

  const crossed: SlabPacket[] = [];
  const inbound = there.inbound({
    nextTurn() {},
    onEntry: (_from, entry) => crossed.push(there.view(entry)!.stored),
    onFault: (_from, error) => t.fail(String(error)),
    onBatchEnd() {},
  });
  const crossing = { to: 1, number: 1 };
  for (const [sentAtMs, isPast] of [
    [NOW_MS + 2, false],
    [NOW_MS + 400, true],
  ] as const) {
    here.send(sentAtMs, crossing, 'video', 1, packet, isPast);
    here.flush();
    inbound.drain();
  }
  t.deepEqual(
    crossed.map(({ writtenAtMs }) => writtenAtMs),
    [NOW_MS + 2, undefined],
  );
});
