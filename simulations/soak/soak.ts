/**
 * A soak: four sites of real processes with real clients, in which something goes wrong again and again. Ends by itself, and
 * says whether students went without anything at other times, and whether memory is flat.
 */
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { nodesOfSites } from '../../gateway/cli/cluster/plan.ts';
import { prepareCluster, type RunningCluster } from '../../gateway/cli/cluster/running-cluster.ts';
import type { Terminal } from '../../gateway/cli/terminal.ts';
import { systemClock } from '../../transports/clock.ts';
import { parseImpairment } from '../../transports/udp/impaired.ts';
import { startProgram, stepsWhile } from '../bench/beside-nodes.ts';
import { ended, pause, within } from '../bench/child.ts';
import { eventOf } from '../bench/child-events.ts';
import { busyCpuMs, cpuMsOf } from '../bench/process-cpu.ts';
import { rssMbOf } from '../bench/process-memory.ts';
import { type PlannedIncident, planIncidents, worse } from './incident-plan.ts';
import type { Incident } from './interruptions.ts';
import { Lifetimes } from './lifetimes.ts';
import type { MinuteFigures } from './minutes.ts';
import { NodeLogs } from './node-logs.ts';
import type { SoakClientsDone, SoakClientsEvent, SoakClientsOptions } from './soak-clients.ts';
import { CLIENTS, type SoakReport, soakReportOf } from './soak-report.ts';

const clientsProgram = new URL('./soak-clients.ts', import.meta.url);

const SITES = ['beijing', 'guangzhou', 'chengdu', 'harbin'] as const;
/** With these a third of two cores of 2020 is used: it is to run beside other things. */
const CLASSROOMS = 2;
const STUDENTS = 2;
const KBPS = 300;
const SAMPLE_INTERVAL_MIN_MS = 5_000;
/** Of each process: an hour's at the least interval. Longer runs are looked at less often. */
const SAMPLES_MAX = 720;
const HOUR_MS = 3_600_000;
/** Each node has two threads to start, and they share the machine's cores. */
const START_LIMIT_MS = 120_000;
/** Clients say goodbye one after the other, and those whose edge has just been killed wait for their calls. */
const END_LIMIT_MS = 60_000;
const SPARE_MS = 30_000;
const DRAIN_CALL_LIMIT_MS = 10_000;
/** A process starts in two seconds, and in twenty where forty others want the cores. */
const BACK_LIMIT_MS = 60_000;
const BACK_POLL_MS = 20;

export interface SoakOptions {
  readonly hours: number;
  readonly seed: number;
  /** Between the sites, as `relay.impairment` takes it. */
  readonly link: string;
  readonly env: Terminal['env'];
  readonly fetch: Terminal['fetch'];
  /** Ends it, and every process of it. */
  readonly signal: AbortSignal;
  onProgress(line: string): void;
}

/** Rejects when it cannot be run, or `signal` says to stop; no process is left either way. */
export async function soak(options: SoakOptions): Promise<SoakReport> {
  const { seed, hours, link, signal, onProgress } = options;
  const nodes = nodesOfSites(SITES);
  const plan = planIncidents(seed, hours * HOUR_MS, nodes);
  onProgress(`${plan.length} incidents of seed ${seed}:`);
  for (const incident of plan) onProgress(`  ${wordsOf(incident)}`);
  const folder = await mkdtemp(join(tmpdir(), 'zrtc-soak-'));
  const logs = new NodeLogs(nodes.map(({ name }) => name));
  const cluster = await prepareCluster({
    httpPort: 0,
    mediaAddresses: '127.0.0.1',
    logLevel: 'warn',
    link,
    nodes,
    folder,
    clock: systemClock,
    env: options.env,
    fetch: options.fetch,
    tell: onProgress,
    onLine: (name, line) => logs.take(systemClock.nowMs(), name, line),
  });
  try {
    await within('starting the nodes', START_LIMIT_MS, signal, cluster.start());
    return await run(options, plan, cluster, logs);
  } finally {
    await cluster.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

async function run(
  options: SoakOptions,
  plan: readonly PlannedIncident[],
  cluster: RunningCluster,
  logs: NodeLogs,
): Promise<SoakReport> {
  const { hours, seed, link, signal, onProgress } = options;
  const { url } = cluster;
  const durationMs = hours * HOUR_MS;
  const startMs = systemClock.nowMs();
  const clientsOptions: SoakClientsOptions = {
    url,
    seed,
    startMs,
    classrooms: CLASSROOMS,
    students: STUDENTS,
    kbps: KBPS,
  };
  const clients = startProgram(clientsProgram, clientsOptions);
  const stopped = new AbortController();
  const until = AbortSignal.any([signal, stopped.signal]);
  try {
    const step = stepsWhile(clients, 'the clients', signal);
    const done = eventOf<SoakClientsEvent, 'done'>(clients, 'the clients', 'done');
    // Nobody waits for it yet.
    done.catch(() => undefined);
    clients.on('message', (event: SoakClientsEvent) => {
      if (event.kind === 'minute') onProgress(minuteLine(event.figures));
    });
    const lifetimes = new Lifetimes();
    const busyBeforeMs = busyCpuMs();
    const incidents: Incident[] = [];
    const troubles: string[] = [];
    const working = Promise.all([
      sampling(lifetimes, cluster, clients.pid!, until, durationMs),
      happening({ plan, startMs, until, incidents, troubles, options, cluster }),
    ]);
    await step('the run', durationMs + SPARE_MS, Promise.race([pause(durationMs), failureOf(working)]));
    const machineCores = (busyCpuMs() - busyBeforeMs) / durationMs;
    stopped.abort();
    clients.send('end');
    const seen = await step('the end', END_LIMIT_MS, done);
    return soakReportOf({
      hours,
      seed,
      link,
      sites: SITES,
      startMs,
      durationMs,
      incidents,
      troubles,
      lifetimes: lifetimes.figures(durationMs),
      samples: lifetimes.all,
      clients: seen as SoakClientsDone,
      machineCores,
      log: logs.figures,
    });
  } finally {
    stopped.abort();
    await ended(clients);
  }
}

/** Rejects when the work does; never resolves. */
function failureOf(work: Promise<unknown>): Promise<never> {
  return new Promise((_, reject) => work.catch(reject));
}

/** Looks at every process again and again. */
async function sampling(
  lifetimes: Lifetimes,
  cluster: RunningCluster,
  clientsPid: number,
  until: AbortSignal,
  durationMs: number,
): Promise<void> {
  const intervalMs = Math.max(SAMPLE_INTERVAL_MIN_MS, durationMs / SAMPLES_MAX);
  for (;;) {
    const all = [...cluster.placed(), { name: CLIENTS, pid: clientsPid }];
    for (const { name, pid } of all) {
      const [rssMb, cpuMs, descriptors] = [rssMbOf(pid), cpuMsOf(pid), await descriptorsOf(pid)];
      if (rssMb === undefined || cpuMs === undefined || descriptors === undefined) continue;
      lifetimes.add(name, pid, { atMs: systemClock.nowMs(), rssMb, cpuMs, descriptors });
    }
    if (!(await waited(intervalMs, until))) return;
  }
}

/** Open files and sockets of a process; undefined of one that is gone (proc(5)). */
async function descriptorsOf(pid: number): Promise<number | undefined> {
  return (await readdir(`/proc/${pid}/fd`).catch(() => undefined))?.length;
}

interface Happening {
  readonly plan: readonly PlannedIncident[];
  readonly startMs: number;
  readonly until: AbortSignal;
  /** What has happened. */
  readonly incidents: Incident[];
  /** What could not be done, and why. */
  readonly troubles: string[];
  readonly options: SoakOptions;
  readonly cluster: RunningCluster;
}

/** Does what is planned. */
async function happening({
  plan,
  startMs,
  until,
  incidents,
  troubles,
  options,
  cluster,
}: Happening): Promise<void> {
  const failed = (error: unknown) => {
    troubles.push(`an incident could not be made: ${error instanceof Error ? error.message : error}`);
    return async () => {};
  };
  for (const incident of plan) {
    if (!(await waited(startMs + incident.atMs - systemClock.nowMs(), until))) return;
    options.onProgress(`incident ${incidents.length}: ${wordsOf(incident)}`);
    const fromMs = systemClock.nowMs();
    const undo = await begin(incident, options, cluster).catch(failed);
    const { kind, target } = incident;
    const number = incidents.push({ kind, target, fromMs, toMs: fromMs }) - 1;
    const isOver = await waited(startMs + incident.untilMs - systemClock.nowMs(), until);
    await undo().catch(failed);
    incidents[number] = { kind, target, fromMs, toMs: systemClock.nowMs() };
    if (!isOver) return;
  }
}

/** What it returns undoes it. */
async function begin(
  { kind, target }: PlannedIncident,
  { link, fetch }: SoakOptions,
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
    const call = async (method: string) => {
      const late = new AbortController();
      const limit = systemClock.setTimer(DRAIN_CALL_LIMIT_MS, () => late.abort());
      const path = `/api/nodes/${target}/drain`;
      const { status } = await fetch(new URL(path, cluster.url), {
        method,
        headers: {},
        signal: late.signal,
      });
      limit.cancel();
      if (status !== 204) throw new Error(`${status} from ${method} ${path}`);
    };
    await call('POST');
    return () => call('DELETE');
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

/** False when it was told to stop before. */
function waited(durationMs: number, until: AbortSignal): Promise<boolean> {
  return new Promise(resolve => {
    if (until.aborted) return resolve(false);
    const done = () => {
      timer.cancel();
      until.removeEventListener('abort', done);
      resolve(!until.aborted);
    };
    const timer = systemClock.setTimer(durationMs, done);
    until.addEventListener('abort', done);
  });
}

function wordsOf({ kind, target, atMs, untilMs }: PlannedIncident): string {
  const time = (ms: number) =>
    `${Math.floor(ms / 60_000)}:${String(Math.floor(ms / 1000) % 60).padStart(2, '0')}`;
  const span = untilMs > atMs ? `${time(atMs)} to ${time(untilMs)}` : time(atMs);
  return `${span} ${kind} ${target}`;
}

function minuteLine(figures: MinuteFigures): string {
  const ms = (value: number | undefined) => (value === undefined ? '-' : value.toFixed(1));
  const { minute, videoMsP50, videoMsP99, audioMsP50, audioMsP99, skewMs, lateMsMax } = figures;
  return (
    `minute ${minute}: picture ${ms(videoMsP50)} ms (p99 ${ms(videoMsP99)}), sound ${ms(audioMsP50)} (p99 ${ms(audioMsP99)}), ` +
    `skew ${ms(skewMs)}; clients late by up to ${ms(lateMsMax)} ms`
  );
}
