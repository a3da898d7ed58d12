import test from 'ava';
import {
  createSlabMemory,
  PAGE_CONTENT_BYTES,
  SLAB_PAGES_MAX,
} from '../../../transports/memory/slab-memory.ts';
import { SlabReader } from '../../../transports/memory/slab-reader.ts';
import { SlabWriter, trackQuotas } from '../../../transports/memory/slab-writer.ts';
import type { TrackWriter } from '../../../transports/memory/track-writer.ts';

const quota = { pages: 3, ageMs: 2_000 };

/** Writes whole pages, `count` of them. */
function writePages(track: TrackWriter, count: number, nowMs = 0): void {
  for (let i = 0; i < count; i += 1) {
    track.reserve(nowMs, PAGE_CONTENT_BYTES);
    track.commit(PAGE_CONTENT_BYTES);
  }
}

test('a slab whose quotas are all given refuses the next track, though pages are free, until one is closed', t => {
  const slab = new SlabWriter(createSlabMemory(0, 7));
  const tracks = [slab.openTrack(quota)!, slab.openTrack(quota)!];
  t.is(slab.promisedPages, 6);
  t.is(slab.freePages, 7);
  t.is(slab.openTrack(quota), undefined);
  tracks[0]!.close();
  tracks[0]!.close();
  t.truthy(slab.openTrack(quota));
  t.is(slab.openTrack(quota), undefined);
});

test('a track takes pages as it needs them, up to its quota, and gives all back when it is closed', t => {
  const slab = new SlabWriter(createSlabMemory(0, 7));
  const track = slab.openTrack(quota)!;
  const held = [0, 1, 2, 3, 4].map(() => {
    writePages(track, 1);
    return track.pages;
  });
  t.deepEqual(held, [1, 2, 3, 3, 3]);
  t.is(slab.freePages, 4);
  track.close();
  t.is(slab.freePages, 7);
  t.is(slab.promisedPages, 0);
  t.throws(() => track.reserve(0, 100), { message: /closed/ });
});

test('a track that sends less than before gives back the pages whose packets have grown old', t => {
  const slab = new SlabWriter(createSlabMemory(0, 40));
  const track = slab.openTrack(trackQuotas.video)!;
  writePages(track, 20, 0);
  t.is(track.pages, 20);
  writePages(track, 1, 2_000);
  t.is(track.pages, 21);
  writePages(track, 1, 2_001);
  t.is(track.pages, 2);
  t.is(slab.freePages, 38);
});

test('what was not committed is overwritten by the next packet', t => {
  const memory = createSlabMemory(0, 2);
  const track = new SlabWriter(memory).openTrack({ pages: 2, ageMs: 0 })!;
  track.reserve(0, 100).fill(1);
  track.reserve(0, 100).fill(2);
  const reference = track.commit(50);
  t.deepEqual(new SlabReader(memory).view(reference), new Uint8Array(new SharedArrayBuffer(50)).fill(2));
  t.throws(() => track.commit(1), { instanceOf: RangeError });
});

test('limits are kept with a RangeError', t => {
  const range = { instanceOf: RangeError };
  for (const pages of [0, -1, 1.5, SLAB_PAGES_MAX + 1]) t.throws(() => createSlabMemory(0, pages), range);
  const memory = createSlabMemory(7, 4);
  const slab = new SlabWriter(memory);
  t.throws(() => slab.openTrack({ pages: 1, ageMs: 0 }), range);
  const track = slab.openTrack(quota)!;
  for (const bytes of [0, PAGE_CONTENT_BYTES + 1]) t.throws(() => track.reserve(0, bytes), range);
  track.reserve(0, 10);
  t.throws(() => track.commit(11), range);
  const reference = track.commit(10);
  t.is(reference.slab, 7);
  t.throws(() => new SlabReader(memory).view({ ...reference, slab: 8 }), range);
});
