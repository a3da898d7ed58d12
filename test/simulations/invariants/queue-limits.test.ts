import test from 'ava';
import { queueLimits } from '../../../simulations/invariants/queue-limits.ts';
import { shown, smallClass, withReport } from './small-class.ts';

test('a line that is too thin makes no queue longer than it may be', async t => {
  const { simulation } = await smallClass([queueLimits]);
  simulation.impair('beijing', 'guangzhou', { rateBps: 200_000, queueBytes: 100_000 });
  await simulation.pass(15_000);
  t.deepEqual(simulation.violations, []);
  await simulation.finish();
});

test('canary: frames that wait for too long, too many segments, and a history that is too large are seen', async t => {
  const link = '{peer="x",role="y",shard="0"}';
  const doctored = shown(queueLimits, seen =>
    withReport(seen, 'beijing-push', report => ({
      ...report,
      streams: report.streams.map(one => ({
        ...one,
        tracks: one.tracks.map(track => ({
          ...track,
          forwarding: { ...track.forwarding!, historyBytes: 3 << 20 },
        })),
      })),
      counters: {
        ...report.counters,
        [`relay_link_waiting_segments${link}`]: 5_000,
        [`relay_link_queue_age_ms${link}`]: 6_000,
        [`relay_link_rtt_ms${link}`]: 50,
      },
    })),
  );
  const { simulation } = await smallClass([queueLimits, { ...doctored, name: 'planted' }]);
  const details = simulation.violations.map(({ detail }) => detail);
  t.true(simulation.violations.every(({ invariant }) => invariant === 'planted'));
  for (const expected of [
    /5000 segments wait, \d+ may/,
    /has waited for 6000 ms/,
    /3145728 bytes of math-101's video/,
  ])
    t.true(
      details.some(detail => expected.test(detail)),
      `${expected}`,
    );
  await simulation.finish();
});
