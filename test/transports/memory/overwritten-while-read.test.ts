import test from 'ava';
import { createSlabMemory, type PacketReference } from '../../../transports/memory/slab-memory.ts';
import { SlabReader } from '../../../transports/memory/slab-reader.ts';
import { SlabWriter } from '../../../transports/memory/slab-writer.ts';
import type { TrackWriter } from '../../../transports/memory/track-writer.ts';
import { fillPacket, holdsPacket } from './numbered.ts';

const PACKET_BYTES = 1_200;

function write(track: TrackWriter, number: number): PacketReference {
  fillPacket(track.reserve(0, PACKET_BYTES), number);
  return track.commit(PACKET_BYTES);
}

/** Writes until the place of `reference` holds another packet. */
function overwrite(track: TrackWriter, reference: PacketReference): void {
  for (let number = 1_000; write(track, number).position !== reference.position; number += 1);
}

test('bytes that change between two halves of reading are torn, and only the look afterwards says so', t => {
  const memory = createSlabMemory(0, 2);
  const track = new SlabWriter(memory).openTrack({ pages: 2, ageMs: 0 })!;
  const reader = new SlabReader(memory);
  const reference = write(track, 1);
  const bytes = reader.view(reference)!;
  const copy = new Uint8Array(PACKET_BYTES);
  copy.set(bytes.subarray(0, 600));
  overwrite(track, reference);
  copy.set(bytes.subarray(600), 600);
  t.true(holdsPacket(copy, 1, 0, 600));
  t.false(holdsPacket(copy, 1), 'nothing was torn, so that nothing was tested');
  t.false(reader.verify(reference));
  t.is(reader.view(reference), undefined);
});

test('a page that another track begins is overwritten for those who refer to the track before', t => {
  const memory = createSlabMemory(0, 2);
  const slab = new SlabWriter(memory);
  const reader = new SlabReader(memory);
  const first = slab.openTrack({ pages: 2, ageMs: 0 })!;
  const reference = write(first, 1);
  first.close();
  t.true(reader.verify(reference), 'what a closed track leaves stays until it is overwritten');
  const second = slab.openTrack({ pages: 2, ageMs: 0 })!;
  second.reserve(0, PACKET_BYTES);
  t.false(reader.verify(reference));
});

test('a slab that a restarted shard takes over goes on with its generations', t => {
  const memory = createSlabMemory(0, 2);
  const reader = new SlabReader(memory);
  const reference = write(new SlabWriter(memory).openTrack({ pages: 2, ageMs: 0 })!, 1);
  const successor = new SlabWriter(memory);
  t.is(successor.freePages, 2);
  t.true(reader.verify(reference));
  const track = successor.openTrack({ pages: 2, ageMs: 0 })!;
  const next = write(track, 2);
  t.is(next.position, reference.position);
  t.not(next.generation, reference.generation);
  t.false(reader.verify(reference));
  t.true(reader.verify(next));
});
