/** Makes happen what is planned, one after the other: processes killed, nodes drained, lines made worse; and undoes it. */
import type { RunningCluster } from '../../gateway/cli/cluster/running-cluster.ts';
import { systemClock } from '../../transports/clock.ts';
import { parseImpairment } from '../../transports/udp/impaired.ts';
import { pause, waited } from '../bench/child.ts';
import { setDraining } from '../bench/set-draining.ts';
import { type PlannedIncident, worse } from './incident-plan.ts';
import type { Incident } from './interruptions.ts';

/** A process starts in two seconds, and in twenty where forty others want the cores. */
export const BACK_LIMIT_MS = 60_000;
const BACK_POLL_MS = 20;

export interface Happening {
  readonly plan: readonly PlannedIncident[];
  readonly startMs: number;
  readonly until: AbortSignal;
  /** What has happened. */
  readonly incidents: Incident[];
  /** What could not be done, and why. */
  readonly troubles: string[];
  /** Between the sites when nothing is wrong, as `relay.impairment` takes it. */
  readonly link: string;
  onProgress(line: string): void;
  readonly cluster: RunningCluster;
}

/** Does what is planned. */
export async function happening({
  plan,
  startMs,
  until,
  incidents,
  troubles,
  link,
  onProgress,
  cluster,
}: Happening): Promise<void> {
  const failed = (incident: PlannedIncident, what: 'made' | 'undone') => (error: unknown) => {
    const reason = error instanceof Error ? error.message : error;
    troubles.push(`${wordsOf(incident)} could not be ${what}: ${reason}`);
    return async () => {};
  };
  for (const incident of plan) {
    if (!(await waited(startMs + incident.atMs - systemClock.nowMs(), until))) return;
    onProgress(`incident ${incidents.length}: ${wordsOf(incident)}`);
    const fromMs = systemClock.nowMs();
    const undo = await begin(incident, link, cluster).catch(failed(incident, 'made'));
    const { kind, target } = incident;
    const number = incidents.push({ kind, target, fromMs, toMs: fromMs }) - 1;
    const isOver = await waited(startMs + incident.untilMs - systemClock.nowMs(), until);
    await undo().catch(failed(incident, 'undone'));
    incidents[number] = { kind, target, fromMs, toMs: systemClock.nowMs() };
    if (!isOver) return;
  }
}

/** What it returns undoes it. */
async function begin(
  { kind, target }: PlannedIncident,
  link: string,
  cluster: RunningCluster,
): Promise<() => Promise<void>> {
  if (kind === 'link-worse') {
    const there = cluster.placed().filter(({ idc }) => idc === target);
    const become = (impairment: string) => {
      for (const { name, role } of there) if (role !== 'gateway') cluster.impair(name, impairment);
    };
    become(worse(parseImpairment(link)!));
    return async () => become(link);
  }
  if (kind === 'drained') {
    await setDraining(cluster.url, target, true);
    return () => setDraining(cluster.url, target, false);
  }
  const before = cluster.returnsOf(target);
  cluster.kill(target);
  // It lasts until the process is there again, which on a busy machine takes a while.
  return async () => {
    const limitAtMs = systemClock.nowMs() + BACK_LIMIT_MS;
    while (cluster.returnsOf(target) === before) {
      if (systemClock.nowMs() > limitAtMs) throw new Error(`${target} has not come back`);
      await pause(BACK_POLL_MS);
    }
  };
}

/** For people: when, and what. */
export function wordsOf({ kind, target, atMs, untilMs }: PlannedIncident): string {
  const time = (ms: number) =>
    `${Math.floor(ms / 60_000)}:${String(Math.floor(ms / 1000) % 60).padStart(2, '0')}`;
  const span = untilMs > atMs ? `${time(atMs)} to ${time(untilMs)}` : time(atMs);
  return `${span} ${kind} ${target}`;
}
