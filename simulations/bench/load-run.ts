/** One run of the benches of load: a node, publishers in a process, viewers in others, and what came of it. */
import { systemClock } from '../../transports/clock.ts';
import { besideNodes, type StartProgram, stepsWhile } from './beside-nodes.ts';
import { pause } from './child.ts';
import { eventOf } from './child-events.ts';
import { dealt, type LoadPull, type LoadStream, type MeasuredSpan } from './load-plans.ts';
import type { LoadPublishersEvent, LoadPublishersOptions } from './load-publishers.ts';
import type { LoadOutcome, LoadViewersEvent, LoadViewersOptions } from './load-viewers.ts';
import type { NodeProcesses } from './node-processes.ts';
import { pathPlans } from './path-plans.ts';
import { type CpuShares, coreCount, startCpuMeter } from './process-cpu.ts';
import { rssMbOf } from './process-memory.ts';
import { udpDrops } from './udp-drops.ts';

const publishersProgram = new URL('./load-publishers.ts', import.meta.url);
const viewersProgram = new URL('./load-viewers.ts', import.meta.url);

/**
 * A process reads some 300,000 packets a second. More of them than the machine has cores beside the server's would only take
 * its time; and four read more than any server here sends.
 */
const VIEWER_PROCESSES_MAX = 4;
/** Far below what a core takes in: what is measured is watching, not coming. */
const JOINS_PER_SECOND = 100;
/** For those who are still on their way in when the last has come; a node that takes longer is far beyond what it bears. */
const JOIN_LIMIT_MS = 15_000;
/** What comes later than this is lost to a class. */
const GRACE_MS = 1000;
/** From the word to the processes until they begin to measure. */
const NOTICE_MS = 200;
const START_LIMIT_MS = 60_000;
const SPARE_MS = 30_000;

type ProgramOptions = LoadPublishersOptions | LoadViewersOptions;

export interface LoadTimes {
  /** From the last join to the measuring: keyframes of the joiners are over, and code is compiled. */
  readonly warmUpMs: number;
  readonly measuredMs: number;
}

export interface LoadRunOptions {
  readonly streams: readonly LoadStream[];
  readonly pulls: readonly LoadPull[];
  /** Whether there is Opus beside the video. */
  readonly audio: boolean;
  /** Core shards of the node; its own default where it is not said. */
  readonly cores?: number;
  readonly times: LoadTimes;
  /** Ends it, and every process of it. */
  readonly signal: AbortSignal;
  onProgress(line: string): void;
}

export interface LoadRun {
  readonly outcomes: readonly LoadOutcome[];
  /** Packets that each stream's publisher sent in the span. */
  readonly published: readonly number[];
  /** The core that each publisher's session was on. */
  readonly publisherShards: readonly number[];
  /** Why publishers were ended before the time, one reason each. */
  readonly publisherFailures: readonly string[];
  readonly publisherLateMsMax: number;
  /** Dropped at the viewers' own sockets, if the system tells. */
  readonly droppedAtViewers: number | undefined;
  readonly measuredMs: number;
  readonly rssMb: number | undefined;
  /** Cores in use; the viewers' processes one by one. */
  readonly cpu: CpuShares<'server' | 'publishers'> & { readonly machine: number };
  readonly viewersCpu: readonly (number | undefined)[];
}

function viewerProcesses(serverCores: number | undefined): number {
  return Math.max(1, Math.min(VIEWER_PROCESSES_MAX, coreCount() - (serverCores ?? 1)));
}

/** Rejects when it cannot be measured, or `signal` says to stop; no process is left either way. */
export async function runLoad(options: LoadRunOptions): Promise<LoadRun> {
  const { cores, signal } = options;
  const settings = cores === undefined ? {} : { 'media.cores': String(cores) };
  return besideNodes<ProgramOptions, LoadRun>({ plan: pathPlans[0]!, settings, signal }, (nodes, start) =>
    measure(options, nodes, start),
  );
}

async function measure(
  { streams, pulls, audio, cores, times, signal, onProgress }: LoadRunOptions,
  { url, pids }: NodeProcesses,
  start: StartProgram<ProgramOptions>,
): Promise<LoadRun> {
  const { warmUpMs, measuredMs } = times;
  const publishers = start(publishersProgram, { url, streams, audio });
  // Its end before ours ends the run, whatever is under way.
  const step = stepsWhile(publishers, 'the publishers', signal);
  const sent = eventOf<LoadPublishersEvent, 'done'>(publishers, 'the publishers', 'done');
  const published = eventOf<LoadPublishersEvent, 'ready'>(publishers, 'the publishers', 'ready');
  // Each of them may be the one that nobody waits for yet.
  for (const promise of [sent, published]) promise.catch(() => undefined);
  await step('the publishers’ start', START_LIMIT_MS, published);

  onProgress(`${streams.length === 1 ? 'the stream is' : 'the streams are'} published`);
  const hands = dealt(pulls, viewerProcesses(cores));
  const viewers = hands.map(hand =>
    start(viewersProgram, {
      url,
      pulls: hand,
      audio,
      joinsPerSecond: JOINS_PER_SECOND / hands.length,
      joinLimitMs: JOIN_LIMIT_MS,
      graceMs: GRACE_MS,
    }),
  );
  const come = viewers.map(() => 0);
  for (const [i, child] of viewers.entries()) {
    child.on('message', (event: LoadViewersEvent) => {
      if (event.kind !== 'progress') return;
      come[i] = event.come;
      if (i === 0) onProgress(`${come.reduce((sum, one) => sum + one)} have come`);
    });
  }
  const ready = viewers.map(child => eventOf<LoadViewersEvent, 'ready'>(child, 'the viewers', 'ready'));
  const done = viewers.map(child => eventOf<LoadViewersEvent, 'done'>(child, 'the viewers', 'done'));
  for (const promise of [...ready, ...done]) promise.catch(() => undefined);
  const joinMs = (pulls.length * 1000) / JOINS_PER_SECOND + JOIN_LIMIT_MS;
  const settled = await step('coming in', joinMs + SPARE_MS, Promise.all(ready));
  const viewerPorts = new Set(settled.map(({ port }) => port));
  await step('the warm-up', warmUpMs + SPARE_MS, pause(warmUpMs));

  const fromMs = systemClock.nowMs() + NOTICE_MS;
  const span: MeasuredSpan = { fromMs, toMs: fromMs + measuredMs };
  for (const child of [publishers, ...viewers]) child.send(span);
  await step('waiting', NOTICE_MS + SPARE_MS, pause(NOTICE_MS));
  const dropsBefore = udpDrops(viewerPorts);
  const meters = Object.fromEntries(viewers.map(({ pid }, i) => [`viewers-${i}`, pid!]));
  const processes = { server: pids[0]!, publishers: publishers.pid!, ...meters };
  const cpuSince = startCpuMeter(systemClock.nowMs(), processes);
  await step('the measuring', measuredMs + SPARE_MS, pause(span.toMs - systemClock.nowMs()));
  const cpu = cpuSince(systemClock.nowMs());
  const rssMb = rssMbOf(pids[0]!);
  const [{ packets, shards, failures, lateMsMax }, ...counted] = await step(
    'the end',
    GRACE_MS + SPARE_MS,
    Promise.all([sent, ...done]),
  );
  const dropsAfter = udpDrops(viewerPorts);
  return {
    outcomes: counted.flatMap(({ outcomes }) => outcomes),
    published: packets,
    publisherShards: shards,
    publisherFailures: failures,
    publisherLateMsMax: lateMsMax,
    droppedAtViewers:
      dropsBefore === undefined || dropsAfter === undefined ? undefined : dropsAfter - dropsBefore,
    measuredMs,
    rssMb,
    cpu,
    viewersCpu: viewers.map((_, i) => (cpu as CpuShares<string>)[`viewers-${i}`]),
  };
}
