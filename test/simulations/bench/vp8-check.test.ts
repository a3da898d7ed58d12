import test from 'ava';
import fc from 'fast-check';
import { type FrameCounts, type VideoPacket, Vp8Check } from '../../../simulations/bench/vp8-check.ts';
import { vp8Frames } from './vp8-stream.ts';

function checked(packets: readonly VideoPacket[]): FrameCounts {
  const check = new Vp8Check();
  for (const packet of packets) check.receive(packet);
  return check.counts;
}

for (const firstPictureId of [0, 2 ** 15 - 3]) {
  test(`a whole stream is decodable, picture ids from ${firstPictureId}`, t => {
    const packets = vp8Frames(10, { firstPictureId }).flat();
    t.deepEqual(checked(packets), { frames: 10, keyframes: 1, undecodable: 0, cutShort: 0 });
  });
}

for (const missing of [0, 1, 2]) {
  test(`without packet ${missing} of a frame, it and all to the next keyframe are undecodable`, t => {
    const frames = vp8Frames(10, { isKeyframe: frame => frame % 6 === 0 });
    frames[2]!.splice(missing, 1);
    t.deepEqual(checked(frames.flat()), { frames: 10, keyframes: 2, undecodable: 4, cutShort: 0 });
  });
}

test('a whole frame missing: those that follow are undecodable, although each of them is whole', t => {
  const frames = vp8Frames(10);
  t.deepEqual(checked(frames.toSpliced(4, 1).flat()), {
    frames: 9,
    keyframes: 1,
    undecodable: 5,
    cutShort: 0,
  });
});

test('the same where the gap was taken out of the sequence numbers: the picture ids tell', t => {
  const packets = vp8Frames(10).toSpliced(4, 1).flat();
  const closed = packets.map((packet, i) => ({ ...packet, sequenceNumber: 70_000 + i }));
  t.is(checked(closed).undecodable, 5);
});

test('frames left out before a keyframe are no harm', t => {
  const packets = vp8Frames(10, { isKeyframe: frame => frame % 6 === 0 })
    .toSpliced(3, 3)
    .flat();
  const closed = packets.map((packet, i) => ({ ...packet, sequenceNumber: 70_000 + i }));
  t.deepEqual(checked(closed), { frames: 7, keyframes: 2, undecodable: 0, cutShort: 0 });
});

test('a frame whose rest was left out is cut short; before a keyframe it does no harm, before another it does', t => {
  for (const [next, undecodable] of [
    ['keyframe', 0],
    ['another', 4],
  ] as const) {
    const frames = vp8Frames(10, {
      isKeyframe: frame => frame === 0 || (next === 'keyframe' && frame === 6),
    });
    const cut = [...frames.slice(0, 3), frames[3]!.slice(0, 2), ...frames.slice(6)].flat();
    const closed = cut.map((packet, i) => ({ ...packet, sequenceNumber: 70_000 + i }));
    t.like(checked(closed), { frames: 8, undecodable, cutShort: 1 });
  }
});

test('a frame that none refers to takes nothing with it', t => {
  const frames = vp8Frames(10, { isDroppable: frame => frame === 4 });
  frames[4]!.splice(1, 1);
  t.deepEqual(checked(frames.flat()), { frames: 10, keyframes: 1, undecodable: 1, cutShort: 0 });
});

test('a stream that is joined in the middle is undecodable to its first keyframe', t => {
  const frames = vp8Frames(10, { isKeyframe: frame => frame === 5 });
  t.deepEqual(checked(frames.flat().slice(1)), { frames: 10, keyframes: 1, undecodable: 5, cutShort: 0 });
});

test('what is forgiven breaks nothing that comes later', t => {
  const frames = vp8Frames(10).toSpliced(4, 1);
  const check = new Vp8Check();
  const packets = frames.flat();
  // In the middle of a frame.
  for (const packet of packets.slice(0, 19)) check.receive(packet);
  t.is(check.counts.undecodable, 2);
  check.forgive();
  for (const packet of packets.slice(19)) check.receive(packet);
  t.is(check.counts.undecodable, 2);
});

test('a packet that comes after a later one is of no use', t => {
  const packets = vp8Frames(4).flat();
  const swapped = packets.with(4, packets[5]!).with(5, packets[4]!);
  t.is(checked(swapped).undecodable, 3);
});

test('padding between frames is no gap, and no frame', t => {
  const packets = vp8Frames(6).flatMap(frame => [
    ...frame,
    { ...frame.at(-1)!, marker: false, payload: new Uint8Array() },
  ]);
  const numbered = packets.map((packet, i) => ({ ...packet, sequenceNumber: 70_000 + i }));
  t.deepEqual(checked(numbered), { frames: 6, keyframes: 1, undecodable: 0, cutShort: 0 });
});

test('whatever is lost, no frame of which a packet is missing passes for decodable', t => {
  fc.assert(
    fc.property(fc.array(fc.boolean(), { minLength: 36, maxLength: 36 }), isThere => {
      const frames = vp8Frames(12, { isKeyframe: frame => frame % 5 === 0 });
      const rest = frames.map((frame, i) => frame.filter((_, j) => isThere[3 * i + j]!));
      let isIntact = false;
      let decodable = 0;
      rest.forEach((frame, i) => {
        isIntact = frame.length === 3 && (isIntact || i % 5 === 0);
        if (isIntact) decodable += 1;
      });
      const { frames: seen, undecodable } = checked(rest.flat());
      // A last frame whose end is missing is still being waited for.
      const isOpen = rest.flat().at(-1)?.marker === false;
      return (
        seen === rest.filter(({ length }) => length > 0).length - (isOpen ? 1 : 0) &&
        seen - undecodable === decodable
      );
    }),
    { seed: 7, numRuns: 500 },
  );
  t.pass();
});
