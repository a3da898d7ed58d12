import test from 'ava';
import { BEAT_INTERVAL_MS, startHeartbeat } from '../../../actors/shard/heartbeat.ts';
import type { FromWorker } from '../../../actors/shard/worker-messages.ts';
import { VirtualClock } from '../../../simulations/virtual-clock.ts';
import { shardReport } from '../../gateway/fake-actors.ts';

test('a shard beats, tells its load each second, and falls silent when it stops', async t => {
  const clock = new VirtualClock();
  const said: FromWorker[] = [];
  const counters = { packets_received_total: 0, packets_sent_total: 0 };
  let isAnswering = true;
  const stop = startHeartbeat({
    clock,
    loopTimes: () => ({
      idleMs: 0.5 * clock.nowMs(),
      busyMs: 0.5 * clock.nowMs(),
      cpuMs: 0.25 * clock.nowMs(),
    }),
    report: async () => {
      if (!isAnswering) throw new Error('no answer');
      return shardReport(0, { publishers: 1, viewers: 2, counters: { ...counters } });
    },
    say: message => said.push(message),
  });
  const pass = async (durationMs: number) => {
    for (let passedMs = 0; passedMs < durationMs; passedMs += BEAT_INTERVAL_MS) {
      clock.advanceTo(clock.nowMs() + BEAT_INTERVAL_MS);
      await Promise.resolve();
      await Promise.resolve();
      await Promise.resolve();
    }
  };
  const beats = () => said.filter(({ kind }) => kind === 'alive').length;
  const loads = () => said.filter(({ kind }) => kind === 'load');

  counters.packets_sent_total = 100;
  await pass(1000);
  counters.packets_received_total = 40;
  counters.packets_sent_total = 160;
  await pass(1000);
  t.is(beats(), 8);
  const load = { utilisation: 0.25, publishers: 1, viewers: 2 };
  t.deepEqual(loads(), [
    { kind: 'load', load: { ...load, packetsPerSecond: 100 } },
    { kind: 'load', load: { ...load, packetsPerSecond: 100 } },
  ]);

  isAnswering = false;
  await pass(1000);
  t.is(beats(), 12, 'actors that do not answer are no loop that hangs');
  t.is(loads().length, 2);
  stop();
  await pass(1000);
  t.is(beats(), 12);
  t.is(clock.timersSet, 0);
});
