import test from 'ava';
import fc from 'fast-check';
import { MARKED_BYTES_MIN, readMark, writeMark } from '../../../simulations/load/packet-mark.ts';

test('a mark is read as it was written, whatever else the payload holds', t => {
  const marks = fc.record({
    number: fc.nat(2 ** 32 - 1),
    sentAtMs: fc.double({ min: 0, max: 1e12, noNaN: true }),
  });
  const payloads = fc.uint8Array({ minLength: MARKED_BYTES_MIN, maxLength: 100 });
  fc.assert(
    fc.property(marks, payloads, fc.nat(20), (mark, payload, offset) => {
      const inside = new Uint8Array(offset + payload.length).subarray(offset);
      inside.set(payload);
      writeMark(inside, mark);
      t.deepEqual([...inside.subarray(0, 2)], [...payload.subarray(0, 2)]);
      t.deepEqual(readMark(inside), mark);
    }),
    { seed: 1, numRuns: 50 },
  );
});

test('what has no mark, or no room for one, has none', t => {
  t.is(readMark(new Uint8Array(MARKED_BYTES_MIN)), undefined);
  const marked = new Uint8Array(MARKED_BYTES_MIN);
  writeMark(marked, { number: 1, sentAtMs: 2 });
  t.is(readMark(marked.subarray(0, MARKED_BYTES_MIN - 1)), undefined);
});
