import test from 'ava';
import { Minutes } from '../../../simulations/soak/minutes.ts';
import { JOIN_LIMIT_MS, Watching } from '../../../simulations/soak/watching.ts';
import type { MediaKind } from '../../../transports/rtp/codec.ts';

/** One who comes at 0, and has picture and sound at the times that are named, 30 ms after they were made. */
function watched(times: readonly number[], endMs: number, kinds: readonly MediaKind[] = ['audio', 'video']) {
  let nowMs = 0;
  const minutes = new Minutes(0);
  const watching = new Watching('one', minutes, () => nowMs);
  const { playback } = watching.begin(0);
  for (const atMs of times) {
    nowMs = atMs;
    for (const kind of kinds) playback.played(atMs, kind, atMs - 30);
  }
  return { gaps: watching.gaps(endMs), minutes: minutes.figures };
}

const everySecond = (fromMs: number, toMs: number) =>
  Array.from({ length: (toMs - fromMs) / 1000 + 1 }, (_, i) => fromMs + i * 1000);

test('who sees and hears all has no gaps, and each minute its delays, but for those of who has just come', t => {
  const { gaps, minutes } = watched(everySecond(1_000, 130_000), 130_500);
  t.deepEqual(gaps, []);
  t.deepEqual(
    minutes.map(({ minute, videoMsP50, joins }) => [minute, Math.floor(videoMsP50!), joins]),
    [
      [0, 30, 1],
      [1, 30, 0],
      [2, 30, 0],
    ],
  );
});

test('a gap is one for the picture and one for the sound, also one that lasts', t => {
  const { gaps } = watched([...everySecond(1_000, 10_000), 13_000], 15_000);
  t.deepEqual(
    gaps.map(({ kind, fromMs, toMs }) => [kind, fromMs, toMs]),
    [
      ['audio', 10_000, 13_000],
      ['video', 10_000, 13_000],
      ['audio', 13_000, 15_000],
      ['video', 13_000, 15_000],
    ],
  );
});

test('who waits for long for a first picture, or gets none, has a gap from the beginning', t => {
  t.deepEqual(watched([JOIN_LIMIT_MS], JOIN_LIMIT_MS).gaps, []);
  const toMs = JOIN_LIMIT_MS + 1;
  for (const times of [[toMs], []]) {
    t.deepEqual(watched(times, toMs).gaps, [{ viewer: 'one', kind: 'join', fromMs: 0, toMs }]);
  }
});

test('a picture without sound, and sound without a picture, is no class', t => {
  const endMs = JOIN_LIMIT_MS * 2;
  for (const kind of ['audio', 'video'] as const)
    t.deepEqual(watched(everySecond(1_000, endMs), endMs, [kind]).gaps, [
      { viewer: 'one', kind: 'join', fromMs: 0, toMs: endMs },
    ]);
});
