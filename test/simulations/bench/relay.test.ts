import test from 'ava';
import { relayTable } from '../../../gateway/cli/bench/relay-table.ts';
import { benchRelay } from '../../../simulations/bench/relay.ts';
import { type RelayPlan, relayPlans, relayTransports } from '../../../simulations/bench/relay-plans.ts';

/** For a busy machine. */
const TIMEOUT_MS = 120_000;

const plans: readonly RelayPlan[] = [
  { transport: 'relay', streams: 8, loss: 5, burst: 1 },
  ...relayTransports.map(transport => ({ transport, streams: 1, loss: 5, burst: 4 })),
];

test('every transport carries its messages over a line that loses some, and is measured', async t => {
  t.timeout(TIMEOUT_MS);
  const signal = new AbortController().signal;
  const report = await benchRelay({
    messages: 300,
    warmUpMs: 200,
    seed: 1,
    plans,
    signal,
    onProgress: () => {},
  });
  t.is(report.rows.length, plans.length);
  for (const [place, row] of report.rows.entries()) {
    t.like(row, plans[place]!);
    t.true(row.p50Ms >= 25 && row.p50Ms <= row.p95Ms && row.p95Ms <= row.p99Ms && row.p99Ms <= row.maxMs);
    t.true(row.bytesRatio > 0.5 && row.bytesRatio < 6 && row.cpuUsPerMessage > 0, JSON.stringify(row));
  }
  t.deepEqual(
    report.notMeasured.map(({ transport }) => transport),
    ['tcp'],
  );
  const table = relayTable(report).split('\n');
  t.is(table.length, 1 + plans.length + 2);
});

test('a bench that is stopped ends, and leaves no socket', async t => {
  t.timeout(TIMEOUT_MS);
  const stopping = new AbortController();
  const running = benchRelay({
    messages: 1_000_000,
    warmUpMs: 0,
    seed: 1,
    plans: plans.slice(0, 1),
    signal: stopping.signal,
    onProgress: () => {},
  });
  stopping.abort(new Error('stopped'));
  await t.throwsAsync(running, { message: 'stopped' });
});

test('all rows are of lines and transports that there are', t => {
  t.is(relayPlans.length, 20);
  t.is(new Set(relayPlans.map(plan => JSON.stringify(plan))).size, relayPlans.length);
});
