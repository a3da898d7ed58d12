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
import { startProgram, stepsWhile } from '../bench/beside-nodes.ts';
import { ended, pause, waited, within } from '../bench/child.ts';
import { eventOf } from '../bench/child-events.ts';
import { busyCpuMs, cpuMsOf } from '../bench/process-cpu.ts';
import { rssMbOf } from '../bench/process-memory.ts';
import { BACK_LIMIT_MS, happening, wordsOf } from './happening.ts';
import { type PlannedIncident, planIncidents } from './incident-plan.ts';
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
      happening({ plan, startMs, until, incidents, troubles, link, onProgress, cluster }),
    ]);
    await step('the run', durationMs + SPARE_MS, Promise.race([pause(durationMs), failureOf(working)]));
    const machineCores = (busyCpuMs() - busyBeforeMs) / durationMs;
    stopped.abort();
    // Until it is undone, nobody knows how long it lasted.
    await step('the last incident', BACK_LIMIT_MS + SPARE_MS, working);
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

function minuteLine(figures: MinuteFigures): string {
  const ms = (value: number | undefined) => (value === undefined ? '-' : value.toFixed(1));
  const { minute, videoMsP50, videoMsP99, audioMsP50, audioMsP99, skewMs, lateMsMax } = figures;
  return (
    `minute ${minute}: picture ${ms(videoMsP50)} ms (p99 ${ms(videoMsP99)}), sound ${ms(audioMsP50)} (p99 ${ms(audioMsP99)}), ` +
    `skew ${ms(skewMs)}; clients late by up to ${ms(lateMsMax)} ms`
  );
}
