import test from 'ava';
import { createSlabMemory, type PacketReference } from '../../../transports/memory/slab-memory.ts';
import { SlabReader } from '../../../transports/memory/slab-reader.ts';
import { SlabWriter } from '../../../transports/memory/slab-writer.ts';
import type { TrackWriter } from '../../../transports/memory/track-writer.ts';
import { fillPacket, holdsPacket } from './numbered.ts';

const PACKET_BYTES = 1_200;

function write(track: TrackWriter, number: number, nowMs: number): PacketReference {
  fillPacket(track.reserve(nowMs, PACKET_BYTES), number);
  return track.commit(PACKET_BYTES);
}

test("one stream's burst overwrites its own history, and leaves every other track's as it was", t => {
  const memory = createSlabMemory(0, 12);
  const slab = new SlabWriter(memory);
  const reader = new SlabReader(memory);
  const quota = { pages: 4, ageMs: 2_000 };
  const [quiet, loud, late] = [slab.openTrack(quota)!, slab.openTrack(quota)!, slab.openTrack(quota)!];
  const isThere = (reference: PacketReference, number: number) => {
    const bytes = reader.view(reference);
    return bytes !== undefined && holdsPacket(bytes, number) && reader.verify(reference);
  };

  const kept = Array.from({ length: 80 }, (_, number) => write(quiet, number, 0));
  const burst = Array.from({ length: 2_000 }, (_, number) => write(loud, number, 1));
  t.true(kept.every(isThere), 'the quiet track has lost history');
  t.false(isThere(burst[0]!, 0));
  t.true(burst.slice(-80).every((reference, index) => isThere(reference, 1_920 + index)));

  // A track that begins after the burst finds all that it was promised.
  const lateKept = Array.from({ length: 80 }, (_, number) => write(late, number, 2));
  t.true(lateKept.every(isThere));
  t.true(kept.every(isThere));
});
