import test from 'ava';
import fc from 'fast-check';
import {
  isAfter,
  SequenceUnwrapper,
  sequenceDifference,
  timestampDifference,
} from '../../../transports/rtp/sequence.ts';
import { after, sequenceStarts } from './sequence-starts.ts';

test('differences are the short way round', t => {
  t.is(sequenceDifference(0, 65_535), 1);
  t.is(sequenceDifference(65_535, 0), -1);
  t.is(sequenceDifference(32_767, 0), 32_767);
  t.is(sequenceDifference(32_768, 0), -32_768);
  t.is(timestampDifference(5, 0xfffffffb), 10);
  t.is(timestampDifference(0xfffffffb, 5), -10);
  t.is(timestampDifference(2 ** 31, 0), -(2 ** 31));
  t.true(isAfter(2, 65_534));
  t.false(isAfter(65_534, 2));
  t.false(isAfter(7, 7));
});

test('from any start, extended sequence numbers keep every distance', t => {
  for (const start of sequenceStarts) {
    const unwrapper = new SequenceUnwrapper();
    const first = unwrapper.unwrap(start);
    t.is(first % 2 ** 16, start);
    const steps = [1, 3, 2, 30_000, 29_999, 60_000, 27_300, 90_000, 120_000];
    for (const step of steps) t.is(unwrapper.unwrap(after(start, step)) - first, step, `start ${start}`);
  }
});

test('from any start, extended timestamps keep every distance', t => {
  for (const start of [0, 1, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1]) {
    const unwrapper = new SequenceUnwrapper(32);
    const first = unwrapper.unwrap(start);
    t.is(first % 2 ** 32, start);
    for (const step of [3000, 2000, 2 ** 31, 2 ** 32 - 1, 2 ** 32 + 5, 6 * 10 ** 9]) {
      t.is(unwrapper.unwrap((start + step) % 2 ** 32) - first, step, `start ${start}`);
    }
  }
});

test('no run of numbers, however it jumps, takes an extended one below 0', t => {
  fc.assert(
    fc.property(fc.array(fc.nat(0xffff), { minLength: 1 }), numbers => {
      const unwrapper = new SequenceUnwrapper();
      return numbers.every(number => {
        const extended = unwrapper.unwrap(number);
        return extended >= 0 && extended % 2 ** 16 === number;
      });
    }),
  );
  t.pass();
});
