import test from 'ava';
import fc from 'fast-check';
import { paddingOf } from '../../../transports/fanout/padding.ts';

/** As padding.ts has it: more would cost the viewer's line more than it saves. */
const PADDING_MAX_BYTES = 16;

/** Lengths as a frame's parts have them, near each other, and others. */
const lengths = fc.array(fc.oneof(fc.integer({ min: 12, max: 1400 }), fc.integer({ min: 990, max: 1024 })), {
  maxLength: 40,
});

/** Runs of neighbours that leave as one message: equally long, and the last of them perhaps shorter. */
function messagesOf(padded: readonly number[]): number {
  let messages = 0;
  let segment = 0;
  for (const length of padded) {
    if (messages === 0 || length > segment) {
      messages += 1;
      segment = length;
    } else if (length < segment) {
      // The next begins a message.
      segment = 0;
    }
  }
  return messages;
}

test('there is as much of it as there are packets, and none gets more than the limit', t => {
  fc.assert(
    fc.property(lengths, all => {
      const padding = paddingOf(all);
      t.is(padding.length, all.length);
      for (const bytes of padding)
        t.true(Number.isInteger(bytes) && bytes >= 0 && bytes <= PADDING_MAX_BYTES);
    }),
    { seed: 1, numRuns: 1000 },
  );
});

test('packets that differ by no more than the limit leave as one message', t => {
  const near = fc.array(fc.integer({ min: 1000, max: 1000 + PADDING_MAX_BYTES }), {
    minLength: 1,
    maxLength: 40,
  });
  fc.assert(
    fc.property(near, all => {
      const padding = paddingOf(all);
      const padded = all.map((length, i) => length + padding[i]!);
      t.is(messagesOf(padded), 1);
      t.is(padding.at(-1), 0, 'the last of a message may be shorter');
      t.is(Math.max(...padded), Math.max(...all), 'no longer than the longest');
    }),
    { seed: 2, numRuns: 1000 },
  );
});

test('with it there are never more messages than without', t => {
  fc.assert(
    fc.property(lengths, all => {
      const padding = paddingOf(all);
      t.true(messagesOf(all.map((length, i) => length + padding[i]!)) <= messagesOf(all));
    }),
    { seed: 3, numRuns: 2000 },
  );
});

for (const [what, all, expected] of [
  ['nothing', [], []],
  ['one packet alone', [500], [0]],
  ['equal ones', [500, 500, 500], [0, 0, 0]],
  ['the parts of a frame, of which the first has an extension', [1012, 1000, 1000, 999], [0, 12, 12, 0]],
  ['two frames', [1001, 1000, 300, 299], [0, 0, 0, 0]],
  ['what is longer by the limit', [100, 116], [16, 0]],
  ['what is longer by more', [100, 117], [0, 0]],
] as const)
  test(`padding of ${what}`, t => t.deepEqual(paddingOf(all), expected));
