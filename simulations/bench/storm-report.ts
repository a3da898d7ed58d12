/** What a storm of joins comes to. */
import { hundredths, tenths } from '../rounding.ts';
import type { CpuShares } from './process-cpu.ts';
import { quantile } from './quantiles.ts';

/** The publisher's encoder at one moment; counts are since it began. */
export interface EncoderSample {
  /** Since the Unix epoch. */
  readonly wallMs: number;
  readonly qpSum: number;
  readonly framesEncoded: number;
  readonly keyFramesEncoded: number;
  /** Of the picture that is encoded, in lines: libwebrtc makes it smaller when it cannot keep up. */
  readonly frameHeight: number;
  /** PLI and FIR received. */
  readonly keyframesAsked: number;
}

/** What became of one join; times from before its first call. */
export interface JoinOutcome {
  /** Until the DTLS handshake was complete. */
  readonly connectedMs?: number;
  /** Until all of a first keyframe had come. */
  readonly firstFrameMs?: number;
  /** How much later than at viewers from before the storm the same frames came, from five seconds after the join on. */
  readonly lagMs?: number;
  /** Why there was no first frame. */
  readonly failure?: string;
}

export interface StormRun {
  readonly joins: readonly JoinOutcome[];
  readonly seconds: number;
  /** How long each viewer stays, in ms: what a join that failed counts as. */
  readonly stayMs: number;
  readonly viewersMax: number;
  readonly packets: number;
  /** Samples of the seconds before the storm, and of the storm; in order, two at least. */
  readonly before: readonly EncoderSample[];
  readonly during: readonly EncoderSample[];
  /** Cores in use during the storm. */
  readonly cpu: CpuShares<'server' | 'load' | 'publisher'> & { readonly machine: number };
  /** How many the machine has. */
  readonly cores: number;
}

export interface StormReport {
  readonly joins: number;
  readonly seconds: number;
  readonly failed: number;
  /** Each reason with how often, the commonest first. */
  readonly failures: readonly { readonly reason: string; readonly count: number }[];
  readonly viewersMax: number;
  /** Media packets that came to those who joined. */
  readonly packets: number;
  /** From the beginning of the join, before its first call, to the last packet of a first keyframe. */
  readonly firstFrameMsP50: number;
  readonly firstFrameMsP95: number;
  readonly firstFrameMsP99: number;
  readonly firstFrameMsMax: number;
  /** Until the DTLS handshake was complete. */
  readonly connectedMsP50: number;
  readonly connectedMsP95: number;
  /** What the publisher was asked during the storm. */
  readonly keyframesAsked: number;
  readonly keyframesAskedPerSecondMax: number;
  readonly keyframesEncoded: number;
  /** VP8's quantiser index, 0 to 127, on average over the frames. */
  readonly qpBefore: number;
  readonly qpDuring: number;
  readonly fpsBefore: number;
  readonly fpsDuring: number;
  /** Lines of the picture, the least of each time. */
  readonly frameHeightBefore: number;
  readonly frameHeightDuring: number;
  /** Absent when it could be told of no viewer. */
  readonly lagMsP50?: number;
  readonly lagMsP99?: number;
  readonly lagMsMax?: number;
  /** Of how many viewers it could be told. */
  readonly lagViewers: number;
  /** Cores, from the first join to a second after the last; absent where the system does not tell. */
  readonly serverCpu?: number;
  readonly loadCpu?: number;
  readonly publisherCpu?: number;
  /** Of everything on the machine: what is not the three above takes from them. */
  readonly machineCpu: number;
  readonly cores: number;
}

const REASONS_MAX = 10;

/** Throws when there was no join, or the encoder was not seen at two moments of each time. */
export function stormReportOf(run: StormRun): StormReport {
  const { joins, seconds, stayMs, viewersMax, packets, before, during, cpu, cores } = run;
  const firstFrames = joins.map(({ firstFrameMs }) => firstFrameMs ?? stayMs);
  const connected = joins.map(({ connectedMs }) => connectedMs ?? stayMs);
  const lags = joins.map(({ lagMs }) => lagMs).filter(lagMs => lagMs !== undefined);
  const encodedBefore = encodedIn(before);
  const encodedDuring = encodedIn(during);
  return {
    joins: joins.length,
    seconds,
    failed: joins.filter(({ firstFrameMs }) => firstFrameMs === undefined).length,
    failures: failuresOf(joins),
    viewersMax,
    packets,
    firstFrameMsP50: tenths(quantile(firstFrames, 0.5)),
    firstFrameMsP95: tenths(quantile(firstFrames, 0.95)),
    firstFrameMsP99: tenths(quantile(firstFrames, 0.99)),
    firstFrameMsMax: tenths(quantile(firstFrames, 1)),
    connectedMsP50: tenths(quantile(connected, 0.5)),
    connectedMsP95: tenths(quantile(connected, 0.95)),
    keyframesAsked: encodedDuring.keyframesAsked,
    keyframesAskedPerSecondMax: mostAskedInASecond(during),
    keyframesEncoded: encodedDuring.keyframes,
    qpBefore: encodedBefore.qp,
    qpDuring: encodedDuring.qp,
    fpsBefore: encodedBefore.fps,
    fpsDuring: encodedDuring.fps,
    frameHeightBefore: encodedBefore.height,
    frameHeightDuring: encodedDuring.height,
    ...(lags.length > 0 && {
      lagMsP50: tenths(quantile(lags, 0.5)),
      lagMsP99: tenths(quantile(lags, 0.99)),
      lagMsMax: tenths(quantile(lags, 1)),
    }),
    lagViewers: lags.length,
    ...(cpu.server !== undefined && { serverCpu: hundredths(cpu.server) }),
    ...(cpu.load !== undefined && { loadCpu: hundredths(cpu.load) }),
    ...(cpu.publisher !== undefined && { publisherCpu: hundredths(cpu.publisher) }),
    machineCpu: hundredths(cpu.machine),
    cores,
  };
}

function encodedIn(samples: readonly EncoderSample[]) {
  const first = samples[0];
  const last = samples.at(-1);
  if (first === undefined || last === undefined || last.wallMs <= first.wallMs)
    throw new Error('the publisher did not tell what it encoded');
  const frames = last.framesEncoded - first.framesEncoded;
  return {
    // Nothing encoded has no quantiser; the rate of 0 says the rest.
    qp: frames === 0 ? 0 : tenths((last.qpSum - first.qpSum) / frames),
    fps: tenths((frames * 1000) / (last.wallMs - first.wallMs)),
    height: Math.min(...samples.map(({ frameHeight }) => frameHeight)),
    keyframes: last.keyFramesEncoded - first.keyFramesEncoded,
    keyframesAsked: last.keyframesAsked - first.keyframesAsked,
  };
}

/**
 * A second, less what a publisher that waits for its turn on a busy machine may be late by: what is sent a second apart is
 * then not taken for less. That they are not sent a little closer together is for `keyframesAsked` to show.
 */
const SECOND_MS = 800;

/** The most that was asked between two samples that are no more than SECOND_MS apart. */
export function mostAskedInASecond(samples: readonly EncoderSample[]): number {
  let most = 0;
  let first = 0;
  for (const sample of samples) {
    while (sample.wallMs - samples[first]!.wallMs > SECOND_MS) first += 1;
    most = Math.max(most, sample.keyframesAsked - samples[first]!.keyframesAsked);
  }
  return most;
}

function failuresOf(joins: readonly JoinOutcome[]): StormReport['failures'] {
  const counts = new Map<string, number>();
  for (const { failure } of joins)
    if (failure !== undefined) counts.set(failure, (counts.get(failure) ?? 0) + 1);
  return [...counts]
    .map(([reason, count]) => ({ reason, count }))
    .sort((a, b) => b.count - a.count)
    .slice(0, REASONS_MAX);
}
