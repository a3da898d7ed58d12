import test from 'ava';
import { RttEstimator } from '../../../transports/kcp/rtt-estimator.ts';

test('before anything was measured: no round trip, 200 ms timeout', t => {
  const rtt = new RttEstimator(30, 10);
  t.is(rtt.smoothedMs, 0);
  t.is(rtt.rtoMs, 200);
});

test('the first measure counts in full, later ones an eighth, in whole milliseconds', t => {
  const rtt = new RttEstimator(30, 10);
  rtt.measure(51);
  t.is(rtt.smoothedMs, 51);
  t.is(rtt.rtoMs, 51 + 4 * 25);
  rtt.measure(100);
  t.is(rtt.smoothedMs, Math.floor((7 * 51 + 100) / 8));
  t.is(rtt.rtoMs, 57 + 4 * Math.floor((3 * 25 + 49) / 4));
});

test('a round trip of nothing is at least 1 ms once there was one', t => {
  const rtt = new RttEstimator(30, 10);
  rtt.measure(0);
  t.is(rtt.smoothedMs, 0);
  rtt.measure(2);
  for (let i = 0; i < 20; i += 1) rtt.measure(0);
  t.is(rtt.smoothedMs, 1);
});

test('the timeout keeps above the least, leaves the interval for the answer, and never passes a minute', t => {
  const short = new RttEstimator(100, 10);
  short.measure(1);
  t.is(short.rtoMs, 100);
  const steady = new RttEstimator(30, 40);
  for (let i = 0; i < 40; i += 1) steady.measure(50);
  t.is(steady.rtoMs, 50 + 40);
  const long = new RttEstimator(30, 10);
  long.measure(2 ** 31 - 1);
  t.is(long.rtoMs, 60_000);
});
