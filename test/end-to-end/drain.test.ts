/**
 * A pull edge with a class on it is drained, by `zrtc drain` and then, another one, by SIGTERM: everybody is told, goes on at
 * the other edge within two seconds, and the node ends within its limit.
 */
import test from 'ava';
import { benchDrain } from '../../simulations/bench/drain.ts';

const VIEWERS = 30;
/** That is promised. */
const PICTURE_AGAIN_MS = 2000;
const BENCH_LIMIT_MS = 90_000;

test('every picture goes on elsewhere, nobody is left, and the node ends in time', async t => {
  const { drains, machineCpu } = await benchDrain({
    viewers: VIEWERS,
    signal: AbortSignal.timeout(BENCH_LIMIT_MS),
    onProgress: () => {},
  });
  t.log(`busy cores: ${machineCpu}`);
  t.deepEqual(
    drains.map(({ by }) => by),
    ['drain', 'sigterm'],
  );
  for (const one of drains) {
    const { by, gapMsP50, gapMsMax, endedSeconds, limitSeconds } = one;
    t.log(
      `${by}: no picture for ${gapMsP50} ms in the median, ${gapMsMax} at most; ended after ${endedSeconds} s`,
    );
    t.like(one, { viewers: VIEWERS, left: 0, untold: 0, refused: 0 });
    // A page waits for a quarter of a second before it comes again.
    t.true(gapMsMax > 250 && gapMsMax < PICTURE_AGAIN_MS, by);
    t.true(endedSeconds > 0 && endedSeconds < limitSeconds, by);
  }
});
