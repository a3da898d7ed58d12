import test from 'ava';
import {
  createSlabMemory,
  generationIndex,
  PAGE_CONTENT_BYTES,
  pageStart,
} from '../../../transports/memory/slab-memory.ts';
import { SlabReader } from '../../../transports/memory/slab-reader.ts';
import { SlabWriter } from '../../../transports/memory/slab-writer.ts';

for (const start of [0, 2 ** 31 - 2, 2 ** 32 - 2]) {
  test(`pages whose generation was ${start} tell old packets from new ones`, t => {
    const memory = createSlabMemory(0, 2);
    const words = new Int32Array(memory.buffer);
    for (const page of [0, 1]) words[generationIndex(pageStart(page))] = start;
    const track = new SlabWriter(memory).openTrack({ pages: 2, ageMs: 0 })!;
    const reader = new SlabReader(memory);
    const references = [0, 1, 2, 3, 4, 5, 6, 7].map(number => {
      track.reserve(0, PAGE_CONTENT_BYTES).fill(number);
      const reference = track.commit(PAGE_CONTENT_BYTES);
      t.is(reader.view(reference)?.[0], number);
      t.true(reader.verify(reference));
      return reference;
    });
    const intact = references.map(reference => reader.verify(reference));
    t.deepEqual(intact, [false, false, false, false, false, false, true, true]);
    t.true(references.slice(0, 6).every(reference => reader.view(reference) === undefined));
  });
}
