import test from 'ava';
import fc from 'fast-check';
import { LossMeter, parseLossReport, writeLossReport } from '../../../transports/relay/loss-meter.ts';
import { mutationRuns } from '../rtp/mutated.ts';

const properties = { seed: mutationRuns.seed, numRuns: 300 };
/** Numbers behind which what is missing counts as lost. */
const DEPTH = 32;

for (const start of [0, 2 ** 31 - 10, 2 ** 32 - 10, 2 ** 45]) {
  test(`what is lost is counted, and in how many runs, whatever overtakes what: from ${start}`, t => {
    const fates = fc.array(
      fc.record({ isLost: fc.integer({ max: 3, min: 0 }).map(chance => chance === 0), delay: fc.nat(20) }),
      { maxLength: 300 },
    );
    fc.assert(
      fc.property(fates, all => {
        const meter = new LossMeter(start);
        const order = all
          .map(({ isLost, delay }, place) => ({ isLost, place, at: place + delay }))
          .filter(({ isLost }) => !isLost)
          .sort((one, other) => one.at - other.at);
        for (const { place } of order) meter.arrived(start + place);
        const highest = Math.max(-1, ...order.map(({ place }) => place));
        const settled = all.slice(0, Math.max(0, highest - DEPTH + 1));
        const lost = settled.filter(({ isLost }) => isLost).length;
        const bursts = settled.filter(
          ({ isLost }, place) => isLost && settled[place - 1]?.isLost !== true,
        ).length;
        const { report } = meter;
        return report.lost === lost && report.bursts === bursts && report.received === settled.length - lost;
      }),
      properties,
    );
    t.pass();
  });
}

test('a long outage is one run', t => {
  const meter = new LossMeter();
  for (let number = 0; number < 100; number += 1) meter.arrived(number);
  for (let number = 5_100; number < 5_200; number += 1) meter.arrived(number);
  t.deepEqual(meter.report, { received: 100 + 100 - DEPTH, lost: 5_000, bursts: 1 });
});

test('reports are read as they were written, and nothing else is one', t => {
  const report = { received: 2 ** 32 - 1, lost: 7, bursts: 2 ** 31 };
  const bytes = writeLossReport(report);
  t.deepEqual(parseLossReport(bytes), report);
  for (let length = 0; length < bytes.length; length += 1)
    t.is(parseLossReport(bytes.subarray(0, length)), undefined);
});
