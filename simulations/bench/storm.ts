/** The bench of storms: what many joins in a few seconds do to those who join, to the publisher, and to those who watch. */
import { systemClock } from '../../transports/clock.ts';
import { besideNodes, type StartProgram, stepsWhile } from './beside-nodes.ts';
import { pause } from './child.ts';
import { eventOf } from './child-events.ts';
import type { NodeProcesses } from './node-processes.ts';
import { pathPlans } from './path-plans.ts';
import { coreCount, startCpuMeter } from './process-cpu.ts';
import type { StormPublisherEvent, StormPublisherOptions } from './storm-publisher.ts';
import { type EncoderSample, type StormReport, stormReportOf } from './storm-report.ts';
import type { StormViewersEvent, StormViewersOptions } from './storm-viewers.ts';

const publisherProgram = new URL('./storm-publisher.ts', import.meta.url);
const viewersProgram = new URL('./storm-viewers.ts', import.meta.url);

const STREAM = 'storm';

type ProgramOptions = StormPublisherOptions | StormViewersOptions;

/** How long each part takes. */
export interface StormTimes {
  /** Until libwebrtc has found its bitrate, some 4 s, and code is compiled. */
  readonly warmUpSeconds: number;
  /** For the picture to be good again after that. */
  readonly calmMs: number;
  readonly beforeMs: number;
  /** Of each viewer: a second longer than the five after which it should be where the others are. */
  readonly stayMs: number;
}

const TIMES: StormTimes = { warmUpSeconds: 6, calmMs: 2000, beforeMs: 10_000, stayMs: 6000 };
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
  /** Whether viewers take the sound as well: more than twice as many packets. */
  readonly audio: boolean;
  /** For tests; what is measured is measured with TIMES. */
  readonly times?: StormTimes;
  /** Ends the bench, and every process of it. */
  readonly signal: AbortSignal;
  onProgress(line: string): void;
}

/** Rejects when it cannot be measured, or `signal` says to stop; no process is left either way. */
export async function benchStorm(options: StormOptions): Promise<StormReport> {
  const { signal, onProgress } = options;
  onProgress('a node and a publisher start');
  return besideNodes<ProgramOptions, StormReport>({ plan: pathPlans[0]!, signal }, (nodes, start) =>
    measure(options, nodes, start),
  );
}

async function measure(
  { joins, seconds, audio, times = TIMES, signal, onProgress }: StormOptions,
  { url, pids }: NodeProcesses,
  start: StartProgram<ProgramOptions>,
): Promise<StormReport> {
  const { warmUpSeconds, calmMs, beforeMs, stayMs } = times;
  const samples: EncoderSample[] = [];
  const publisher = start(publisherProgram, { url, stream: STREAM });
  publisher.on('message', (event: StormPublisherEvent) => {
    if (event.kind === 'sample' && samples.length < SAMPLES_MAX) samples.push(event.sample);
  });
  // Its end before ours ends the bench, whatever is under way.
  const step = stepsWhile(publisher, 'the publisher', signal);

  await step('the publisher’s start', START_LIMIT_MS, live(url, signal));
  onProgress(`warm-up: ${warmUpSeconds} s`);
  const stormOptions = { url, stream: STREAM, warmUpSeconds, joins, seconds, stayMs, audio };
  const viewers = start(viewersProgram, stormOptions);
  const ready = eventOf<StormViewersEvent, 'ready'>(viewers, 'the viewers', 'ready');
  const done = eventOf<StormViewersEvent, 'done'>(viewers, 'the viewers', 'done');
  // Waited for only once the storm has begun.
  done.catch(() => undefined);
  await step('the warm-up', warmUpSeconds * 1000 + START_LIMIT_MS, ready);
  await step('the calm', calmMs + SPARE_MS, pause(calmMs));

  onProgress(`before: ${beforeMs / 1000} s`);
  const beforeFromMs = systemClock.wallMs();
  await step('the time before', beforeMs + SPARE_MS, pause(beforeMs));

  onProgress(`storm: ${joins} joins in ${seconds} s`);
  const duringFromMs = systemClock.wallMs();
  const processes = { server: pids[0]!, load: viewers.pid!, publisher: publisher.pid! };
  const cpuSince = startCpuMeter(duringFromMs, processes);
  viewers.on('message', (event: StormViewersEvent) => {
    if (event.kind === 'progress') onProgress(`${event.come} have come`);
  });
  viewers.send('storm');
  const stormMs = seconds * 1000 + AFTER_MS;
  await step('the storm', stormMs + SPARE_MS, Promise.race([pause(stormMs), done]));
  const duringToMs = systemClock.wallMs();
  const cpu = cpuSince(duringToMs);
  const result = await step('the end of the storm', stayMs + SPARE_MS, done);

  return stormReportOf({
    joins: result.joins,
    seconds,
    stayMs,
    viewersMax: result.viewersMax,
    packets: result.packets,
    before: samplesIn(samples, beforeFromMs, duringFromMs),
    during: samplesIn(samples, duringFromMs, duringToMs),
    cpu,
    cores: coreCount(),
  });
}

/** From the last one before that time on, so that nothing of it is left out. */
function samplesIn(all: readonly EncoderSample[], fromMs: number, toMs: number): readonly EncoderSample[] {
  const first = all.findLastIndex(({ wallMs }) => wallMs <= fromMs);
  return all.slice(Math.max(0, first)).filter(({ wallMs }) => wallMs <= toMs);
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
