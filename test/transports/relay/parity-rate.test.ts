import test from 'ava';
import fc from 'fast-check';
import { ParityRate, planFor } from '../../../transports/relay/parity-rate.ts';
import { mutationRuns } from '../rtp/mutated.ts';

test('a clean line carries no parity, whatever its rate', t => {
  for (const perSecond of [0, 10, 40, 3_000, 100_000])
    t.is(planFor(0.001, 1, perSecond).parityPerDatagram, 0);
});

test('where datagrams come seldom each has a copy, and more only where copies are lost too', t => {
  t.is(planFor(0.01, 1, 40).parityPerDatagram, 1);
  t.is(planFor(0.05, 1, 40).parityPerDatagram, 1);
  t.is(planFor(0.3, 1, 40).parityPerDatagram, 2);
});

test('where they come often a few are for many', t => {
  t.true(planFor(0.01, 1, 3_000).parityPerDatagram < 0.1);
  t.true(planFor(0.05, 1, 3_000).parityPerDatagram < 0.2);
  t.true(planFor(0.1, 1, 3_000).parityPerDatagram < 0.3);
});

test('more loss, and longer runs, never get less parity, and none more than the limit', t => {
  const loss = fc.double({ min: 0.002, max: 0.5, noNaN: true });
  fc.assert(
    fc.property(
      loss,
      loss,
      fc.integer({ min: 1, max: 10 }),
      fc.integer({ min: 5_000, max: 100_000 }),
      (a, b, burst, rate) => {
        const [less, more] = [Math.min(a, b), Math.max(a, b)];
        const plan = planFor(less, burst, rate);
        return (
          plan.parityPerDatagram <= planFor(more, burst, rate).parityPerDatagram &&
          plan.parityPerDatagram <= planFor(less, burst + 1, rate).parityPerDatagram &&
          planFor(more, burst, rate).parityPerDatagram <= 2.5 &&
          plan.window >= 4 &&
          plan.window <= 40
        );
      },
    ),
    { seed: mutationRuns.seed, numRuns: 500 },
  );
  t.pass();
});

/** Sends for so long, at a rate, over a line of that loss. */
function sending(rate: ParityRate, fromMs: number, untilMs: number, perMs: number, loss: number) {
  let received = 0;
  let lost = 0;
  for (let nowMs = fromMs; nowMs < untilMs; nowMs += 1) {
    for (let count = 0; count < perMs; count += 1) rate.sent(nowMs);
    if (nowMs % 250 !== 0) continue;
    received += Math.round(250 * perMs * (1 - loss));
    lost += Math.round(250 * perMs * loss);
    rate.reported(nowMs, { received, lost, bursts: lost });
  }
}

test('the plan follows what is reported, and forgets it', t => {
  const rate = new ParityRate();
  sending(rate, 0, 2_000, 3, 0.05);
  t.true(Math.abs(rate.loss - 0.05) < 0.005);
  t.true(rate.plan.parityPerDatagram > 0);
  let { received, lost } = { received: 1e6, lost: 1e5 };
  for (let nowMs = 2_000; nowMs < 60_000; nowMs += 1) {
    for (let count = 0; count < 3; count += 1) rate.sent(nowMs);
    if (nowMs === 2_000) rate.reported(nowMs, { received, lost, bursts: lost });
    if (nowMs % 1_000 !== 0) continue;
    received += 3_000;
    lost += 0;
    rate.reported(nowMs, { received, lost, bursts: lost });
  }
  t.is(rate.plan.parityPerDatagram, 0);
});

test('counts that wrap around are only counts', t => {
  const rate = new ParityRate();
  rate.reported(0, { received: 2 ** 32 - 50, lost: 0, bursts: 0 });
  const before = rate.loss;
  rate.reported(1, { received: 50, lost: 0, bursts: 0 });
  t.is(before, 0);
  t.is(rate.loss, 0);
});
