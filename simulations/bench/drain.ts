/**
 * The bench of drains: what it is for many viewers when the pull edge that they are all at is emptied, by `zrtc drain` and by
 * SIGTERM, and how long it takes.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { DRAIN_LIMIT_MS } from '../../actors/node/drain.ts';
import { systemClock } from '../../transports/clock.ts';
import { besideNodes, type StartProgram, stepsWhile } from './beside-nodes.ts';
import { ended, pause } from './child.ts';
import { eventOf } from './child-events.ts';
import { type DrainReport, type DrainRun, drainReportOf } from './drain-report.ts';
import type { DrainViewersEvent, DrainViewersOptions, DrainViewersWord } from './drain-viewers.ts';
import type { LoadPublishersEvent, LoadPublishersOptions } from './load-publishers.ts';
import type { NodeProcesses } from './node-processes.ts';
import type { PathPlan } from './path-plans.ts';
import { coreCount, startCpuMeter } from './process-cpu.ts';
import { setDraining } from './set-draining.ts';

const program = new URL('../../gateway/zrtc.ts', import.meta.url).pathname;
const publisherProgram = new URL('./load-publishers.ts', import.meta.url);
const viewersProgram = new URL('./drain-viewers.ts', import.meta.url);

const STREAM = 'drain';
/** As one of the streams of the reference test. */
const KBPS = 350;
/** A class that comes in before it begins; not so quick that this is what is measured. */
const JOINS_PER_SECOND = 50;
/** node.drainSeconds of the edge that is told to stop. */
const DRAIN_SECONDS = 20;
/** A node that nobody is left on ends its other sessions and threads, and is gone. */
const STOPPED_WITHIN_MS = 5_000;
/** The last who were told are connected and have a picture by then, or have it late. */
const SETTLE_MS = 3_000;
const POLL_MS = 50;
const START_LIMIT_MS = 30_000;
/** For what is late on a machine that has too much to do. */
const SPARE_MS = 60_000;

const edges = ['edge-1', 'edge-2'] as const;
type Edge = (typeof edges)[number];

const settings = { 'node.drainSeconds': String(DRAIN_SECONDS) };
const plan: PathPlan = {
  nodes: [
    { name: 'push', idc: 'here', roles: 'push' },
    ...edges.map(name => ({ name, idc: 'here', roles: 'pull', settings })),
  ],
};
/** Among the processes: after the one that schedules, and the push edge. */
const EDGE_1_PLACE = 2;

type ProgramOptions = LoadPublishersOptions | DrainViewersOptions;

export interface DrainOptions {
  readonly viewers: number;
  /** Ends the bench, and every process of it. */
  readonly signal: AbortSignal;
  onProgress(line: string): void;
}

/** Rejects when it cannot be measured, or `signal` says to stop; no process is left either way. */
export async function benchDrain(options: DrainOptions): Promise<DrainReport> {
  const { signal, onProgress } = options;
  onProgress('a push edge and two pull edges start');
  return besideNodes<ProgramOptions, DrainReport>({ plan, signal }, (nodes, start) =>
    measure(options, nodes, start),
  );
}

async function measure(
  { viewers: count, signal, onProgress }: DrainOptions,
  { url, pids }: NodeProcesses,
  start: StartProgram<ProgramOptions>,
): Promise<DrainReport> {
  const streams = [{ stream: STREAM, kbps: KBPS, uid: '0' }];
  const publisher = start(publisherProgram, { url, streams, audio: false });
  const step = stepsWhile(publisher, 'the publisher', signal);
  const published = eventOf<LoadPublishersEvent, 'ready'>(publisher, 'the publisher', 'ready');
  await step('the publisher’s start', START_LIMIT_MS, published);

  const turned = (node: Edge, isDrained: boolean) =>
    step(`the drain of ${node}`, START_LIMIT_MS, turn(url, node, isDrained));
  onProgress(`${count} viewers come to ${edges[0]}`);
  await turned(edges[1], true);
  const viewers = start(viewersProgram, {
    url,
    stream: STREAM,
    viewers: count,
    joinsPerSecond: JOINS_PER_SECOND,
  });
  const say = <Kind extends DrainViewersEvent['kind']>(word: DrainViewersWord, kind: Kind) => {
    const heard = eventOf<DrainViewersEvent, Kind>(viewers, 'the viewers', kind);
    viewers.send(word);
    return step('the viewers’ answer', START_LIMIT_MS, heard);
  };
  const ready = eventOf<DrainViewersEvent, 'ready'>(viewers, 'the viewers', 'ready');
  const { nodes } = await step('the joining', (count * 1000) / JOINS_PER_SECOND + START_LIMIT_MS, ready);
  if (nodes.some(node => node !== edges[0])) throw new Error(`a viewer is not at ${edges[0]}`);
  await turned(edges[1], false);

  const cpuSince = startCpuMeter(systemClock.nowMs(), {});
  const drained = async (by: DrainRun['by'], node: Edge, limitMs: number, empty: () => Promise<void>) => {
    onProgress(`${node} is drained by ${by === 'drain' ? 'zrtc drain' : 'SIGTERM'}`);
    await say('begin', 'begun');
    const beganAtMs = systemClock.nowMs();
    await step(by, limitMs + SPARE_MS, empty());
    const endedMs = systemClock.nowMs() - beganAtMs;
    await step('the last pictures', SETTLE_MS + SPARE_MS, pause(SETTLE_MS));
    const told = await say('tell', 'told');
    return { by, node, limitMs, endedMs, viewers: told.viewers };
  };
  const first = await drained('drain', edges[0], DRAIN_LIMIT_MS, () => drainByCommand(url, edges[0], signal));
  await turned(edges[0], false);
  const stopLimitMs = DRAIN_SECONDS * 1000 + STOPPED_WITHIN_MS;
  const stopping = pids[EDGE_1_PLACE + 1]!;
  const second = await drained('sigterm', edges[1], stopLimitMs, () => stopped(stopping));
  const { machine } = cpuSince(systemClock.nowMs());
  await say('leave', 'left');
  return drainReportOf([first, second], { machineCpu: machine, cores: coreCount() });
}

/** The node takes nobody, or takes clients again, and the scheduler knows. */
async function turn(url: string, node: Edge, isDrained: boolean): Promise<void> {
  await setDraining(url, node, isDrained);
  for (;;) {
    const response = await fetch(`${url}/api/nodes`);
    const { nodes } = (await response.json()) as { nodes: readonly { node: string; draining?: boolean }[] };
    const found = nodes.find(one => one.node === node);
    if (found !== undefined && (found.draining === true) === isDrained) return;
    await pause(POLL_MS);
  }
}

async function drainByCommand(url: string, node: Edge, signal: AbortSignal): Promise<void> {
  const child = spawn(process.execPath, [program, 'drain', node, '--url', url], {
    cwd: tmpdir(),
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.on('data', (words: Buffer) => {
    said += words;
  });
  try {
    const [code] = await once(child, 'close', { signal });
    if (code !== 0) throw new Error(`zrtc drain ${node} ended with ${code}: ${said.trim()}`);
  } finally {
    await ended(child);
  }
}

async function stopped(pid: number): Promise<void> {
  process.kill(pid, 'SIGTERM');
  while (isThere(pid)) await pause(POLL_MS);
}

function isThere(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
