/** A server on a CPU of its own, a publisher and an audience on the others, and what is measured of them. */
import type { ChildProcess } from 'node:child_process';
import { systemClock } from '../../transports/clock.ts';
import { besideNodes } from './beside-nodes.ts';
import { pause, within } from './child.ts';
import { eventOf } from './child-events.ts';
import type { FanoutCounts, FanoutEvent, FanoutViewersOptions, FanoutWord } from './fanout-viewers.ts';
import type { JoinCounts } from './join-and-leave.ts';
import type { MeasuredSpan } from './load-plans.ts';
import type { LoadPublishersEvent, LoadPublishersOptions } from './load-publishers.ts';
import { pathPlans } from './path-plans.ts';
import type { Cpus } from './pinned.ts';
import { cpuMsOf } from './process-cpu.ts';
import { rssMbOf } from './process-memory.ts';
import { serverCounters } from './server-counters.ts';
import { threadTimesOf } from './thread-times.ts';

const publishersProgram = new URL('./load-publishers.ts', import.meta.url);
const viewersProgram = new URL('./fanout-viewers.ts', import.meta.url);
const STREAM = 'fanout';
const START_LIMIT_MS = 60_000;
/** From the word to the processes until they begin to measure. */
const NOTICE_MS = 200;
/** For what is late on a machine that has too much to do. */
const SPARE_MS = 60_000;
/** After the audience has changed: keyframes of those who came are over. */
const SETTLE_MS = 1500;
/** Several times what it takes on a machine that has nothing else to do. */
const MS_PER_JOIN = 40;

export interface StageOptions {
  /** What is published; nothing where it is not said. */
  readonly recording?: string;
  /** Its own choice where it is not said. */
  readonly engine?: 'native' | 'portable';
  readonly cpus: Cpus;
  /** Ends it, and every process of it. */
  readonly signal: AbortSignal;
  onProgress(line: string): void;
}

/** What a span cost, and who had how much to do; shares are of a CPU. */
export interface StageCost {
  /** That the server sent to viewers, a second. */
  readonly packetsPerSecond: number;
  /** Of the server's process, all its threads. */
  readonly cpuUsPerPacket: number;
  readonly serverCpu: number;
  /** Of the time, how much the server's threads wanted its CPU while something else had it. */
  readonly serverWaited: number;
  /** Of the publisher and the viewers together. */
  readonly loadCpu: number;
  /** Packets that the publisher sent. */
  readonly published: number;
}

export interface StageDelivery extends StageCost {
  readonly viewers: number;
  /** Packets that viewers should have had and had not a second later. */
  readonly lost: number;
  readonly repeated: number;
  /** Of each sample, ms. */
  readonly delaysMs: readonly Float64Array[];
  /** Viewers that the server ended. */
  readonly ended: number;
}

export interface Stage {
  /** That there are; some may have no media. */
  watch(viewers: number): Promise<{ readonly viewers: number; readonly failure?: string }>;
  /** What comes is not read from now on, until the number of viewers changes. */
  sink(): Promise<void>;
  cost(seconds: number): Promise<StageCost>;
  /** Nothing is published while `work` goes on, so that it has the server's CPU nearly to itself. */
  silenced<Result>(work: () => Promise<Result>): Promise<Result>;
  /** What comes is read and counted. */
  delivery(seconds: number): Promise<StageDelivery>;
  /** The same while others come and go, who are measured too. */
  joins(joinsPerSecond: number, seconds: number): Promise<StageDelivery & JoinCounts>;
  /** Of the server, MB. */
  rssMb(): number | undefined;
}

/** What `work` resolves to, which is done once the publisher publishes; no process is left, however it ends. */
export async function onStage<Result>(
  { recording, engine, cpus, signal, onProgress }: StageOptions,
  work: (stage: Stage) => Promise<Result>,
): Promise<Result> {
  const settings = { 'media.cores': '1', ...(engine !== undefined && { 'media.engine': engine }) };
  const nodes = { plan: pathPlans[0]!, settings, cpus, signal };
  return besideNodes<LoadPublishersOptions | FanoutViewersOptions, Result>(
    nodes,
    async ({ url, pids }, start) => {
      const media = recording === undefined ? { isSilent: true } : { recording };
      const stream = { stream: STREAM, kbps: 0, uid: '0', ...media };
      const publisher = start(publishersProgram, { url, streams: [stream], audio: true });
      const published = eventOf<LoadPublishersEvent, 'ready'>(publisher, 'the publisher', 'ready');
      await within('the publisher’s start', START_LIMIT_MS, signal, published);
      const viewers = start(viewersProgram, { url, stream: STREAM, isSilent: recording === undefined });
      viewers.on('message', (event: FanoutEvent) => {
        if (event.kind === 'progress') onProgress(`${event.viewers} have come`);
      });
      const ready = eventOf<FanoutEvent, 'ready'>(viewers, 'the viewers', 'ready');
      await within('the viewers’ start', START_LIMIT_MS, signal, ready);
      return work(stageOf({ url, pid: pids[0]! }, publisher, viewers, signal));
    },
  );
}

function stageOf(
  server: { readonly url: string; readonly pid: number },
  publisher: ChildProcess,
  viewers: ChildProcess,
  signal: AbortSignal,
): Stage {
  const answer = <Kind extends FanoutEvent['kind']>(word: FanoutWord, kind: Kind, limitMs: number) => {
    const answered = eventOf<FanoutEvent, Kind>(viewers, 'the viewers', kind);
    viewers.send(word);
    return within(`the viewers' '${word.kind}'`, limitMs + SPARE_MS, signal, answered);
  };
  const stoppable = (ms: number) => within('waiting', ms + SPARE_MS, signal, pause(ms));
  const meter = async () => {
    const { packetsSent } = await serverCounters(server.url);
    const atMs = systemClock.nowMs();
    const loadMs = (cpuMsOf(publisher.pid!) ?? 0) + (cpuMsOf(viewers.pid!) ?? 0);
    return {
      packetsSent,
      atMs,
      loadMs,
      ...(threadTimesOf(server.pid) ?? { ranMs: Number.NaN, waitedMs: 0 }),
    };
  };
  const cost = async (span: MeasuredSpan): Promise<StageCost> => {
    const sent = eventOf<LoadPublishersEvent, 'done'>(publisher, 'the publisher', 'done');
    publisher.send(span);
    await stoppable(span.fromMs - systemClock.nowMs());
    const before = await meter();
    await stoppable(span.toMs - systemClock.nowMs());
    const after = await meter();
    const { packets, failures } = await within('the publisher', SPARE_MS, signal, sent);
    if (failures[0] !== undefined) throw new Error(`the publisher was ended: ${failures[0]}`);
    const spanMs = after.atMs - before.atMs;
    const forwarded = after.packetsSent - before.packetsSent;
    return {
      packetsPerSecond: (forwarded * 1000) / spanMs,
      cpuUsPerPacket: ((after.ranMs - before.ranMs) * 1000) / forwarded,
      serverCpu: (after.ranMs - before.ranMs) / spanMs,
      serverWaited: (after.waitedMs - before.waitedMs) / spanMs,
      loadCpu: (after.loadMs - before.loadMs) / spanMs,
      published: packets[0]!,
    };
  };
  const spanOf = (seconds: number): MeasuredSpan => {
    const fromMs = systemClock.nowMs() + NOTICE_MS;
    return { fromMs, toMs: fromMs + seconds * 1000 };
  };
  let present = 0;
  return {
    async watch(count) {
      const { viewers: watching, failure } = await answer(
        { kind: 'watch', viewers: count },
        'watching',
        count * MS_PER_JOIN,
      );
      present = watching;
      await stoppable(SETTLE_MS);
      return { viewers: watching, ...(failure !== undefined && { failure }) };
    },
    async sink() {
      await answer({ kind: 'sink' }, 'sinking', 0);
      await stoppable(SETTLE_MS);
    },
    cost: seconds => cost(spanOf(seconds)),
    async silenced(work) {
      publisher.kill('SIGSTOP');
      try {
        return await work();
      } finally {
        publisher.kill('SIGCONT');
        await stoppable(SETTLE_MS);
      }
    },
    async delivery(seconds) {
      const span = spanOf(seconds);
      const counted = answer({ kind: 'measure', ...span }, 'measured', seconds * 1000);
      const [costs, counts] = await Promise.all([cost(span), counted]);
      return deliveryOf(costs, counts, present);
    },
    async joins(joinsPerSecond, seconds) {
      const span = spanOf(seconds);
      const counted = answer({ kind: 'join', joinsPerSecond, ...span }, 'joined', seconds * 1000);
      const [costs, counts] = await Promise.all([cost(span), counted]);
      return { ...counts, ...deliveryOf(costs, counts, present) };
    },
    rssMb: () => rssMbOf(server.pid),
  };
}

function deliveryOf(costs: StageCost, counts: FanoutCounts, viewers: number): StageDelivery {
  const { lost, repeated, delaysMs, ended: gone } = counts;
  const missing = viewers * notForwarded(costs.published, delaysMs);
  return { ...costs, viewers, lost: lost + missing, repeated, delaysMs, ended: gone };
}

/** What left no gap in anybody's numbers and came to nobody: the most that any sample had is what was passed on. */
function notForwarded(published: number, delaysMs: readonly Float64Array[]): number {
  if (delaysMs.length === 0) return 0;
  return Math.max(0, published - Math.max(...delaysMs.map(({ length }) => length)));
}
