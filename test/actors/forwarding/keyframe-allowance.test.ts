import test from 'ava';
import { KeyframeAllowance } from '../../../actors/forwarding/keyframe-allowance.ts';

/** How many keyframes a viewer gets that asks five times a second, as browsers do. */
function granted(allowance: KeyframeAllowance, fromMs: number, untilMs: number): number {
  let count = 0;
  for (let nowMs = fromMs; nowMs < untilMs; nowMs += 200) if (allowance.take(nowMs)) count += 1;
  return count;
}

test('three at a second’s distance, and then one in five seconds', t => {
  const allowance = new KeyframeAllowance();
  t.is(granted(allowance, 0, 3000), 3);
  t.is(granted(allowance, 3000, 63_000), 12);
});

test('one that has been content for a while has three again', t => {
  const allowance = new KeyframeAllowance();
  granted(allowance, 0, 60_000);
  t.is(granted(allowance, 80_000, 83_000), 3);
});

test('repetitions within a second cost nothing', t => {
  const allowance = new KeyframeAllowance();
  for (let nowMs = 0; nowMs < 900; nowMs += 10) allowance.take(nowMs);
  t.is(granted(allowance, 1000, 3000), 2);
});
