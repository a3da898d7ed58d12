/**
 * The bench of the scheduler: its behaviour, as it is, is given the words of a large cluster, and of a crowd that comes at
 * once. What links and threads would add is left out; media has no part in it.
 */

import { addressOf } from '../../actors/runtime/address.ts';
import type { Placed } from '../../actors/scheduler/messages.ts';
import { scheduler } from '../../actors/scheduler/scheduler.ts';
import { systemClock } from '../../transports/clock.ts';
import { systemRandom } from '../../transports/random.ts';
import { LoneActor } from '../lone-actor.ts';
import { thousandths } from '../rounding.ts';
import { seededRandom } from '../seeded-random.ts';
import { quantile } from './quantiles.ts';
import { SchedulerWorld, type SchedulerWorldPlan } from './scheduler-world.ts';

/** Every node announces itself once a second; so many rounds the crowd is spread over. */
const ROUNDS = 10;
const ROUND_MS = 1000;

export interface SchedulerOptions extends SchedulerWorldPlan {
  /** Who come within ten seconds. */
  readonly viewers: number;
  readonly signal: AbortSignal;
  onProgress(line: string): void;
}

export interface SchedulerReport {
  readonly edges: number;
  readonly sites: number;
  readonly streams: number;
  readonly placements: number;
  readonly refused: number;
  /** Of processor time. */
  readonly placementsPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** The fullest edge of a site against the site's mean, in the site where that is worst. */
  readonly imbalance: number;
  /** Processor time that all nodes' words of one second take, ms. */
  readonly registrationsCpuMs: number;
  readonly rssMb: number;
}

export async function benchScheduler(options: SchedulerOptions): Promise<SchedulerReport> {
  const { viewers, signal, onProgress } = options;
  const world = new SchedulerWorld(options, seededRandom(1));
  const lone = new LoneActor(scheduler, null, addressOf('s', '/scheduler'), systemRandom);
  const latenciesMs: number[] = [];
  let refused = 0;
  let placingCpuMs = 0;
  let registeringCpuMs = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    const nowMs = round * ROUND_MS;
    onProgress(`second ${round + 1} of ${ROUNDS}`);
    registeringCpuMs += cpuMsOf(() => {
      for (const edge of world.edges) lone.hear(nowMs, world.registration(edge, nowMs));
    });
    const count = Math.floor((viewers * (round + 1)) / ROUNDS) - Math.floor((viewers * round) / ROUNDS);
    const crowd = Array.from({ length: count }, () => world.newcomer());
    placingCpuMs += cpuMsOf(() => {
      for (const message of crowd) {
        const beganMs = systemClock.nowMs();
        const answer = lone.ask(nowMs, message);
        latenciesMs.push(systemClock.nowMs() - beganMs);
        if (answer?.type === 'placed') world.joined((answer as Placed).node);
        else refused += 1;
      }
    });
    await turn();
    signal.throwIfAborted();
  }
  const { edges, sites, streams } = options;
  return {
    edges,
    sites,
    streams,
    placements: latenciesMs.length - refused,
    refused,
    placementsPerSecond: Math.round((1000 * latenciesMs.length) / placingCpuMs),
    p50Ms: thousandths(quantile(latenciesMs, 0.5)),
    p99Ms: thousandths(quantile(latenciesMs, 0.99)),
    imbalance: thousandths(world.imbalance),
    registrationsCpuMs: thousandths(registeringCpuMs / ROUNDS),
    rssMb: Math.round(process.memoryUsage.rss() / 2 ** 20),
  };
}

function cpuMsOf(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

/** So that signals are heard. */
function turn(): Promise<void> {
  return new Promise(resolve => systemClock.setTimer(0, resolve));
}
