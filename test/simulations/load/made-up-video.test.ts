import test from 'ava';
import { FRAMES_PER_SECOND, MadeUpVideo } from '../../../simulations/load/made-up-video.ts';

const sumOf = (numbers: readonly number[]) => numbers.reduce((sum, number) => sum + number, 0);

function framesOf(kbps: number, phase: number, count: number, asked: readonly number[] = []) {
  const video = new MadeUpVideo(kbps, phase);
  return Array.from({ length: count }, (_, i) => video.next(asked.includes(i)));
}

for (const kbps of [300, 350, 400, 2500]) {
  test(`${kbps} kbit/s, in packets that fit, of frames that differ`, t => {
    const frames = framesOf(kbps, 0, 12 * 3 * FRAMES_PER_SECOND);
    const bytes = sumOf(frames.flatMap(({ payloadBytes }) => payloadBytes));
    const measuredKbps = (bytes * 8) / 1000 / (12 * 3);
    t.true(Math.abs(measuredKbps / kbps - 1) < 0.02, `${measuredKbps} kbit/s`);
    const sizes = frames.flatMap(({ payloadBytes }) => payloadBytes);
    t.true(sizes.every(size => size > 100 && size <= 1172));
    t.true(new Set(frames.map(({ payloadBytes }) => sumOf(payloadBytes))).size >= 5);
  });
}

const keyframesOf = (frames: ReturnType<typeof framesOf>) =>
  frames.flatMap(({ isKeyframe }, i) => (isKeyframe ? [i] : []));

test('a stream begins with a keyframe, and has the next when its row comes to it', t => {
  t.deepEqual(keyframesOf(framesOf(350, 0, 200)), [0, 90, 180]);
  t.deepEqual(keyframesOf(framesOf(350, 0.5, 200)), [0, 45, 135]);
  t.deepEqual(keyframesOf(framesOf(350, 0.99, 93)), [0, 1, 91]);
});

test('one that is asked for comes at once, and the row goes on from there', t => {
  t.deepEqual(keyframesOf(framesOf(350, 0, 200, [10])), [0, 10, 100, 190]);
});
