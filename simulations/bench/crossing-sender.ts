/** A worker thread of the bench of crossing cores: the shard that a stream comes to. */
import { workerData } from 'node:worker_threads';
import { systemClock } from '../../transports/clock.ts';
import { QueueSender } from '../../transports/memory/queue-sender.ts';
import { Waker } from '../../transports/memory/wake-word.ts';
import type { CrossingThreadData } from './crossing-plans.ts';
import { sealBeside, sendTraffic } from './crossing-traffic.ts';

const { plan, warmUpMs, measuredMs, queue, wake, slab } = workerData as CrossingThreadData;
const endMs = systemClock.nowMs() + warmUpMs + measuredMs;
sealBeside(systemClock, plan.sealedBeside);
if (plan.crosses) sendTraffic(systemClock, plan, slab, new QueueSender(queue, new Waker(wake)), endMs);
