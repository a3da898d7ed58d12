import test from 'ava';
import { benchFanout } from '../../../simulations/bench/fanout.ts';
import { benchJoin } from '../../../simulations/bench/join.ts';
import { childProcesses } from '../../support/child-processes.ts';

test.serial(
  'three real viewers whom nobody reads, then read; the portable engine; and the floor',
  async t => {
    const told: string[] = [];
    const { signal } = new AbortController();
    const { cases, maxPacketsPerSecond } = await benchFanout({
      cases: [{ name: 'small', recording: '350', viewers: 3 }],
      seconds: 1,
      runs: 1,
      search: false,
      viewersMax: 4,
      signal,
      onProgress: line => told.push(line),
    });
    const [one] = cases;
    t.like(one, { name: 'small', viewers: 3, failed: 0, lost: 0 });
    // Some 90 packets a second of each; a busy machine makes fewer.
    t.true(one!.packetsPerSecond > 3 * 45 && one!.packetsPerSecond < 3 * 180, `${one!.packetsPerSecond}`);
    t.true(one!.cpuUsPerPacket > 0 && one!.portableUsPerPacket > 0);
    t.true(one!.floorUsPerPacket > 0 && one!.busy.floorUsPerPacket > 0);
    t.true(one!.delayMsP50! > 0 && one!.delayMsP99! >= one!.delayMsP50!);
    t.is(maxPacketsPerSecond, undefined);
    t.is(told[0], '350 kbit/s: a node starts');
    t.deepEqual(childProcesses(), []);
  },
);

test.serial('twenty real joins in a second, beside a class of three', async t => {
  const { signal } = new AbortController();
  const report = await benchJoin({
    joinsPerSecond: [20],
    viewers: 4,
    seconds: 1,
    classViewers: 3,
    warmUp: { joinsPerSecond: 10, seconds: 1 },
    signal,
    onProgress: () => undefined,
  });
  const [one] = report.rates;
  t.like(one, { rate: 20, failed: 0 });
  t.true(one!.mediaMsP50! > 0 && one!.mediaMsP95! >= one!.mediaMsP50!);
  t.true(one!.delayMsP99! > 0);
  t.deepEqual(childProcesses(), []);
});

test.serial('stopped on the way neither leaves a process behind', async t => {
  const stopping = new AbortController();
  const stopped = benchFanout({
    cases: [{ name: 'small', recording: '350', viewers: 3 }],
    seconds: 1,
    runs: 1,
    search: false,
    signal: stopping.signal,
    onProgress(line) {
      if (line === '3 viewers') stopping.abort(new Error('stopped'));
    },
  });
  await t.throwsAsync(stopped, { message: 'stopped' });
  t.deepEqual(childProcesses(), []);
});
