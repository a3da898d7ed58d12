import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import test from 'ava';
import { relayTable } from '../../../gateway/cli/bench/relay-table.ts';
import { benchRelay } from '../../../simulations/bench/relay.ts';
import { type RelayPlan, relayPlans } from '../../../simulations/bench/relay-plans.ts';

/** For a busy machine. */
const TIMEOUT_MS = 120_000;

/** One of each, but for what `relay-held.test.ts` measures: KCP, and a link with several streams. */
const plans: readonly RelayPlan[] = [
  ...(['relay', 'tcp', 'nack'] as const).map(transport => ({ transport, streams: 1, loss: 5, burst: 4 })),
];
const options = { messages: 1_000, warmUpMs: 500, seed: 1, onProgress: () => {} };

/** Whether this machine has what the kernel's TCP is measured with. */
const hasNamespaces =
  existsSync('/dev/net/tun') &&
  spawnSync('unshare', ['--net', 'sh', '-c', 'ip tuntap add dev probe0 mode tun']).status === 0;

test.serial('every transport carries its messages over a line that loses some, and is measured', async t => {
  t.timeout(TIMEOUT_MS);
  const report = await benchRelay({ ...options, plans, signal: new AbortController().signal });
  const measured = hasNamespaces ? plans : plans.filter(({ transport }) => transport !== 'tcp');
  t.is(report.rows.length, measured.length);
  for (const [place, row] of report.rows.entries()) {
    t.like(row, measured[place]!);
    t.true(row.p50Ms >= 25 && row.p50Ms <= row.p95Ms && row.p95Ms <= row.p99Ms && row.p99Ms <= row.maxMs);
    t.true(row.bytesRatio > 0 && row.bytesRatio < 6, JSON.stringify(row));
    const bare = report.bare.find(({ streams }) => streams === row.streams)!;
    t.true(bare.senderCpuUs > 0 && bare.receiverCpuUs > 0 && bare.latePercent < 100);
    const spent = [row.senderCpuUs - bare.senderCpuUs, row.receiverCpuUs - bare.receiverCpuUs];
    t.true(Math.abs(row.cpuUsPerMessage - Math.max(...spent)) < 0.1);
  }
  t.deepEqual(
    report.notMeasured.map(({ transport }) => transport),
    hasNamespaces ? [] : ['tcp'],
  );
  t.is(relayTable(report).split('\n').length, 1 + measured.length + 4 + 1 + report.notMeasured.length);
});

test.serial('where no namespace can be made, the report says why TCP is not in it', async t => {
  t.timeout(TIMEOUT_MS);
  const { PATH } = process.env;
  // Nothing that a namespace could be made with is found there.
  process.env.PATH = '/nowhere';
  t.teardown(() => {
    process.env.PATH = PATH;
  });
  const report = await benchRelay({
    ...options,
    messages: 50,
    plans: [1, 5].map(loss => ({ transport: 'tcp', streams: 1, loss, burst: 1 })),
    signal: new AbortController().signal,
  });
  t.deepEqual(report.rows, []);
  t.is(report.notMeasured.length, 1);
  t.like(report.notMeasured[0], { transport: 'tcp' });
  t.regex(report.notMeasured[0]!.reason, /unshare/);
  t.regex(relayTable(report), /tcp was not measured: .*unshare/);
});

test.serial('a bench that is stopped ends, and leaves no process', async t => {
  t.timeout(TIMEOUT_MS);
  const stopping = new AbortController();
  const running = benchRelay({
    ...options,
    messages: 1_000_000,
    plans: plans.slice(0, 1),
    signal: stopping.signal,
  });
  stopping.abort(new Error('stopped'));
  await t.throwsAsync(running, { message: 'stopped' });
});

test.serial('all rows are of lines and transports that there are', t => {
  t.is(relayPlans.length, 27);
  t.is(new Set(relayPlans.map(plan => JSON.stringify(plan))).size, relayPlans.length);
});
