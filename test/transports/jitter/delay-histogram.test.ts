import test from 'ava';
import fc from 'fast-check';
import { BUCKET_COUNT, BUCKET_MS, DelayHistogram } from '../../../transports/jitter/delay-histogram.ts';

/** The rule as it is written down: every bucket is multiplied, and the new sample's gets the rest. */
function written(delaysMs: readonly number[], forgetFactor: number): number[] {
  const buckets = new Array<number>(BUCKET_COUNT).fill(0);
  let samples = 0;
  for (const delayMs of delaysMs) {
    samples += 1;
    const kept = Math.max(0, Math.min(forgetFactor, 1 - 2 / (samples + 1)));
    for (let bucket = 0; bucket < BUCKET_COUNT; bucket += 1) buckets[bucket]! *= kept;
    buckets[Math.floor(delayMs / BUCKET_MS)]! += 1 - kept;
  }
  return buckets;
}

test('after any delays, probabilities are those of the rule, and their sum is 1', t => {
  const delays = fc.array(fc.integer({ min: 0, max: BUCKET_COUNT * BUCKET_MS - 1 }), {
    minLength: 1,
    maxLength: 300,
  });
  fc.assert(
    fc.property(delays, fc.constantFrom(0.5, 0.983, 0.9993), (delaysMs, forgetFactor) => {
      const histogram = new DelayHistogram(forgetFactor);
      for (const delayMs of delaysMs) histogram.add(delayMs);
      const expected = written(delaysMs, forgetFactor);
      const got = expected.map((_, bucket) => histogram.probability(bucket));
      const sum = got.reduce((total, one) => total + one, 0);
      return Math.abs(sum - 1) < 1e-9 && got.every((one, bucket) => Math.abs(one - expected[bucket]!) < 1e-9);
    }),
  );
  t.pass();
});

test('goes on for days', t => {
  const histogram = new DelayHistogram(0.983);
  for (let sample = 0; sample < 1_000_000; sample += 1) histogram.add(sample % 20 === 0 ? 500 : 30);
  t.true(Math.abs(histogram.probability(1) - 0.95) < 0.01);
  t.true(Math.abs(histogram.probability(25) - 0.05) < 0.01);
});

test('its first sample is all that it knows, and a delay past the last bucket is not registered', t => {
  const histogram = new DelayHistogram(0.983);
  t.is(histogram.probability(0), 0);
  histogram.add(BUCKET_COUNT * BUCKET_MS);
  histogram.add(-1);
  histogram.add(Number.NaN);
  t.true(histogram.isEmpty);
  histogram.add(119.9);
  t.is(histogram.probability(5), 1);
  t.is(histogram.quantileBucket(0.95), 5);
});

test('the quantile leaves no more than its part of the delays beyond', t => {
  const histogram = new DelayHistogram(0.999);
  for (let sample = 0; sample < 400; sample += 1) histogram.add(sample % 10 === 9 ? 1000 : 0);
  t.is(histogram.quantileBucket(0.5), 0);
  t.is(histogram.quantileBucket(0.8), 0);
  t.is(histogram.quantileBucket(0.95), 50);
});
