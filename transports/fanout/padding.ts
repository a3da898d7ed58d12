/**
 * Padding that makes neighbours equally long. A frame's packets differ by a few bytes: libwebrtc cuts it into parts that differ
 * by one, and the first has header extensions that the others lack. Where they are equal, the kernel takes all of them to a
 * viewer as the segments of one message.
 */

/** Enough for a header extension and the odd byte; more would cost the viewer's line more than it saves here. */
const PADDING_MAX_BYTES = 16;

/** For packets of those lengths that go out together, in that order, how many bytes of padding each gets. */
export function paddingOf(lengths: readonly number[]): readonly number[] {
  const padding = lengths.map(() => 0);
  for (let from = 0; from < lengths.length; ) {
    const run = alikeFrom(lengths, from);
    // The last segment of a message may be shorter than the others, and so needs none.
    for (let i = from; i < run.end - 1; i += 1) padding[i] = run.longest - lengths[i]!;
    from = run.end;
  }
  return padding;
}

function alikeFrom(
  lengths: readonly number[],
  from: number,
): { readonly end: number; readonly longest: number } {
  let shortest = lengths[from]!;
  let longest = shortest;
  for (let end = from + 1; end < lengths.length; end += 1) {
    const length = lengths[end]!;
    if (Math.max(longest, length) - Math.min(shortest, length) > PADDING_MAX_BYTES) return { end, longest };
    shortest = Math.min(shortest, length);
    longest = Math.max(longest, length);
  }
  return { end: lengths.length, longest };
}
