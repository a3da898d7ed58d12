/** The bench of storms: what many joins in a few seconds do to those who join, to the publisher, and to those who watch. */
import { type ChildProcess, fork } from 'node:child_process';
import { systemClock } from '../../transports/clock.ts';
import { ended, pause, within } from './child.ts';
import { type NodeProcesses, startNodes } from './node-processes.ts';
import { pathPlans } from './path-plans.ts';
import { busyCpuMs, coreCount, cpuMsOf } from './process-cpu.ts';
import type { StormPublisherEvent, StormPublisherOptions } from './storm-publisher.ts';
import { type EncoderSample, type StormReport, stormReportOf } from './storm-report.ts';
import type { StormViewersEvent, StormViewersOptions } from './storm-viewers.ts';

const publisherProgram = new URL('./storm-publisher.ts', import.meta.url);
const viewersProgram = new URL('./storm-viewers.ts', import.meta.url);

const STREAM = 'storm';
/** Until libwebrtc has found its bitrate, some 4 s, and code is compiled. Then some time for the picture to be good again. */
const WARM_UP_SECONDS = 6;
const CALM_MS = 2000;
const BEFORE_MS = 10_000;
/** A second longer than what is measured of a viewer at its end, from five seconds after it came. */
const STAY_MS = 6000;
/** What the last joins ask for comes within this. */
const AFTER_MS = 1000;
const START_LIMIT_MS = 30_000;
const POLL_MS = 100;
/** For what is late on a machine that has too much to do. */
const SPARE_MS = 60_000;
/** Ten a second for as long as the longest storm takes. */
const SAMPLES_MAX = 2000;

export interface StormOptions {
  readonly joins: number;
  /** In which they come, evenly. */
  readonly seconds: number;
  /** Whether viewers take the sound as well: half again as many packets. */
  readonly audio: boolean;
  /** Ends the bench, and every process of it. */
  readonly signal: AbortSignal;
  onProgress(line: string): void;
}

/** Rejects when it cannot be measured, or `signal` says to stop; no process is left either way. */
export async function benchStorm(options: StormOptions): Promise<StormReport> {
  const { signal, onProgress } = options;
  signal.throwIfAborted();
  onProgress('a node and a publisher start');
  const nodes = await startNodes(pathPlans[0]!, signal);
  const children: ChildProcess[] = [];
  const start = (program: URL, argument: StormPublisherOptions | StormViewersOptions) => {
    const child = fork(program, [JSON.stringify(argument)], { stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
    children.push(child);
    return child;
  };
  try {
    return await measure(options, nodes, start);
  } finally {
    await Promise.all(children.map(ended));
    await nodes.stop();
  }
}

async function measure(
  { joins, seconds, audio, signal, onProgress }: StormOptions,
  { url, pids }: NodeProcesses,
  start: (program: URL, argument: StormPublisherOptions | StormViewersOptions) => ChildProcess,
): Promise<StormReport> {
  const samples: EncoderSample[] = [];
  const publisher = start(publisherProgram, { url, stream: STREAM });
  publisher.on('message', (event: StormPublisherEvent) => {
    if (event.kind === 'sample' && samples.length < SAMPLES_MAX) samples.push(event.sample);
  });
  // Its end before ours ends the bench, whatever is under way.
  const broken = eventOf<StormPublisherEvent, 'never'>(publisher, 'the publisher', 'never');
  const step = <T>(what: string, limitMs: number, work: Promise<T>): Promise<T> =>
    within(what, limitMs, signal, Promise.race([work, broken])) as Promise<T>;

  await step('the publisher’s start', START_LIMIT_MS, live(url, signal));
  onProgress(`warm-up: ${WARM_UP_SECONDS} s`);
  const stormOptions = {
    url,
    stream: STREAM,
    joins,
    seconds,
    stayMs: STAY_MS,
    warmUpSeconds: WARM_UP_SECONDS,
    audio,
  };
  const viewers = start(viewersProgram, stormOptions);
  const ready = eventOf<StormViewersEvent, 'ready'>(viewers, 'the viewers', 'ready');
  const done = eventOf<StormViewersEvent, 'done'>(viewers, 'the viewers', 'done');
  // Waited for only once the storm has begun.
  done.catch(() => undefined);
  await step('the warm-up', WARM_UP_SECONDS * 1000 + START_LIMIT_MS, ready);
  await step('the calm', CALM_MS + SPARE_MS, pause(CALM_MS));

  onProgress(`before: ${BEFORE_MS / 1000} s`);
  const beforeFromMs = systemClock.wallMs();
  await step('the time before', BEFORE_MS + SPARE_MS, pause(BEFORE_MS));

  onProgress(`storm: ${joins} joins in ${seconds} s`);
  const duringFromMs = systemClock.wallMs();
  const pidsOf = { server: pids[0]!, load: viewers.pid!, publisher: publisher.pid! };
  const cpuBefore = cpuNow(pidsOf);
  viewers.on('message', (event: StormViewersEvent) => {
    if (event.kind === 'progress') onProgress(`${event.come} have come`);
  });
  viewers.send('storm');
  const stormMs = seconds * 1000 + AFTER_MS;
  await step('the storm', stormMs + SPARE_MS, Promise.race([pause(stormMs), done]));
  const duringToMs = systemClock.wallMs();
  const cpuAfter = cpuNow(pidsOf);
  const result = await step('the end of the storm', STAY_MS + SPARE_MS, done);

  const share = (what: keyof typeof cpuBefore) => {
    const [first, last] = [cpuBefore[what], cpuAfter[what]];
    return first === undefined || last === undefined
      ? undefined
      : (last - first) / (duringToMs - duringFromMs);
  };
  return stormReportOf({
    joins: result.joins,
    seconds,
    stayMs: STAY_MS,
    viewersMax: result.viewersMax,
    before: samplesIn(samples, beforeFromMs, duringFromMs),
    during: samplesIn(samples, duringFromMs, duringToMs),
    cpu: {
      server: share('server'),
      load: share('load'),
      publisher: share('publisher'),
      machine: share('machine')!,
    },
    cores: coreCount(),
  });
}

function cpuNow(pids: { readonly server: number; readonly load: number; readonly publisher: number }) {
  return {
    server: cpuMsOf(pids.server),
    load: cpuMsOf(pids.load),
    publisher: cpuMsOf(pids.publisher),
    machine: busyCpuMs(),
  };
}

function samplesIn(all: readonly EncoderSample[], fromMs: number, toMs: number): readonly EncoderSample[] {
  return all.filter(({ wallMs }) => wallMs >= fromMs && wallMs <= toMs);
}

/** The first event of that kind; rejects when the process tells of an error, or ends before. */
function eventOf<Event extends { readonly kind: string }, Kind extends string>(
  child: ChildProcess,
  who: string,
  kind: Kind,
): Promise<Extract<Event, { kind: Kind }>> {
  return new Promise((resolve, reject) => {
    child.on('message', message => {
      const event = message as Event | { readonly kind: 'error'; readonly error: string };
      if (event.kind === kind) resolve(event as Extract<Event, { kind: Kind }>);
      else if ('error' in event) reject(new Error(event.error));
    });
    child.once('exit', code => reject(new Error(`${who} ended with ${code}`)));
  });
}

/** Resolves once the stream is live and its picture comes. */
async function live(url: string, signal: AbortSignal): Promise<void> {
  for (;;) {
    signal.throwIfAborted();
    const response = await fetch(`${url}/api/streams/${STREAM}`);
    if (response.ok) {
      const { tracks } = (await response.json()) as { tracks: readonly { kind: string; packets: number }[] };
      if (tracks.some(({ kind, packets }) => kind === 'video' && packets > 0)) return;
    }
    await pause(POLL_MS);
  }
}
