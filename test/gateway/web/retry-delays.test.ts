import test from 'ava';

interface Backoff {
  backoff(random: () => number): { nextMs(): number; reset(): void };
  patience(random: () => number): { nextMs(retryAfterSeconds: number | undefined): number; reset(): void };
  retryAfterMs(seconds: number | undefined, random: () => number): number;
}
const module = new URL('../../../gateway/web/public/backoff.js', import.meta.url);
const { backoff, patience, retryAfterMs }: Backoff = await import(module.href);

const earliest = () => 0;
const latest = () => 1;

test('delays double up to ten seconds and stay there', t => {
  const pause = backoff(latest);
  const delays = Array.from({ length: 8 }, () => pause.nextMs());
  t.deepEqual(delays, [500, 1000, 2000, 4000, 8000, 10_000, 10_000, 10_000]);
});

test('those who lost the same server come back spread over half of the delay', t => {
  t.is(backoff(earliest).nextMs(), 250);
  t.is(backoff(latest).nextMs(), 500);
});

test('after a good connection the delays start short again', t => {
  const pause = backoff(latest);
  pause.nextMs();
  pause.nextMs();
  pause.reset();
  t.is(pause.nextMs(), 500);
});

test('nobody comes before Retry-After, nor more than half as much later', t => {
  t.is(retryAfterMs(4, earliest), 4000);
  t.is(retryAfterMs(4, latest), 6000);
});

test('a Retry-After of zero, of ages, or none at all still gives a sensible delay', t => {
  t.is(retryAfterMs(0, earliest), 500);
  t.is(retryAfterMs(86_400, earliest), 60_000);
  t.is(retryAfterMs(undefined, earliest), 2000);
});

test('who waits for a class asks less and less often, down to every five seconds', t => {
  const waiting = patience(() => 0.5);
  const delays = Array.from({ length: 5 }, () => waiting.nextMs(1));
  t.deepEqual(delays, [2000, 3000, 4500, 5000, 5000]);
  waiting.reset();
  t.is(waiting.nextMs(1), 2000);
});

test('a class that waits does not come in a wave, and never before Retry-After', t => {
  t.is(patience(earliest).nextMs(1), 1600);
  t.is(patience(latest).nextMs(1), 2400);
  t.is(patience(earliest).nextMs(30), 30_000);
  t.is(patience(latest).nextMs(30), 45_000);
  t.is(patience(earliest).nextMs(undefined), 1600);
});
