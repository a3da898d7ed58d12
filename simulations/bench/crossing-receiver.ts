/** A worker thread of the bench of crossing cores: a shard with viewers of a stream that comes to another. */
import { parentPort, workerData } from 'node:worker_threads';
import { nextTurn, systemClock } from '../../transports/clock.ts';
import { InboundQueues } from '../../transports/memory/inbound-queues.ts';
import type { MediaEntry } from '../../transports/memory/media-entry.ts';
import { QueueConsumer } from '../../transports/memory/queue-consumer.ts';
import { SlabReader } from '../../transports/memory/slab-reader.ts';
import type { CrossingResult, CrossingThreadData } from './crossing-plans.ts';
import { sealBeside, sealFor, sendTraffic } from './crossing-traffic.ts';

/** For packets that are late. */
const SPARE_MS = 200;

const { plan, warmUpMs, measuredMs, queue, wake, slab } = workerData as CrossingThreadData;
const reader = new SlabReader(slab);
const startMs = systemClock.nowMs() + warmUpMs;
const endMs = startMs + measuredMs;
const cpuAtStart = process.threadCpuUsage();
const delaysMs: number[] = [];
let overwritten = 0;

/** What a shard does with a packet that it has viewers for. */
function take({ arrivedAtMs, reference }: MediaEntry): void {
  const nowMs = systemClock.nowMs();
  const bytes = reader.view(reference);
  if (bytes !== undefined) sealFor(plan.viewers, bytes);
  const isWhole = bytes !== undefined && reader.verify(reference);
  if (arrivedAtMs < startMs || arrivedAtMs >= endMs) return;
  delaysMs.push(nowMs - arrivedAtMs);
  if (!isWhole) overwritten += 1;
}

sealBeside(systemClock, plan.sealedBeside);
const inbound = new InboundQueues({
  wake,
  queues: new Map([[0, queue]]),
  nextTurn,
  onEntry: (_from, entry) => take(entry),
  onFault(_from, error) {
    throw error;
  },
  onBatchEnd() {},
});
if (plan.crosses) inbound.start();
else {
  const waiting: MediaEntry[] = [];
  sendTraffic(
    systemClock,
    plan,
    slab,
    {
      send: entry => waiting.push(entry) > 0,
      flush: () => waiting.splice(0).forEach(take),
    },
    endMs,
  );
}

systemClock.setTimer(endMs + SPARE_MS - systemClock.nowMs(), () => {
  inbound.stop();
  const { user, system } = process.threadCpuUsage(cpuAtStart);
  const cpuMs = (user + system) / 1_000;
  const result: CrossingResult = {
    delaysMs: Float64Array.from(delaysMs),
    overwritten,
    dropped: new QueueConsumer(queue).dropped,
    busy: cpuMs / (warmUpMs + measuredMs),
  };
  parentPort!.postMessage(result);
  process.exit();
});
