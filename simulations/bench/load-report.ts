/** What a run of the benches of load comes to. */
import { hundredths, tenths } from '../rounding.ts';
import type { LoadRun } from './load-run.ts';
import type { LoadOutcome } from './load-viewers.ts';
import { quantile } from './quantiles.ts';

export interface DelayFigures {
  /** From the publisher's sending to the receipt by a viewer that decrypts, ms; absent when nothing came. */
  readonly delayMsP50?: number;
  readonly delayMsP99?: number;
  readonly delayMsMax?: number;
}

export interface LoadFigures extends DelayFigures {
  /** That came to all viewers, a second. */
  readonly packetsPerSecond: number;
  /** Of RTP in UDP: without the headers of UDP and IP. */
  readonly gbps: number;
  /** Cores that the node took; absent where the system does not tell, as all that is absent below. */
  readonly serverCores?: number;
  /** Packets that viewers should have had and had not, a second later. */
  readonly lost: number;
  /** Of what was published, what the node passed on to nobody; each counts in `lost` as often as it had viewers. */
  readonly notForwarded: number;
  /** Of what was lost, what came as far as the viewers' sockets: there they read too late. */
  readonly droppedAtViewers?: number;
  /** Viewers that had no media when it was measured, and publishers that were ended. */
  readonly failed: number;
  /** Why, the commonest reason. */
  readonly failure?: string;
  readonly rssMb?: number;
  readonly publishersCpu?: number;
  /** Of each process of viewers. */
  readonly viewersCpu: readonly number[];
  /** How far behind its time any publisher was. */
  readonly publisherLateMsMax: number;
  /** Of everything on the machine. */
  readonly machineCpu: number;
}

export function figuresOf(run: LoadRun): LoadFigures {
  const { outcomes, measuredMs, cpu, viewersCpu, rssMb, droppedAtViewers } = run;
  const missing = notForwardedOf(run);
  const failures = [
    ...run.publisherFailures.map(reason => `a publisher was ended: ${reason}`),
    ...outcomes.map(({ failure }) => failure).filter(failure => failure !== undefined),
  ];
  const failure = commonest(failures);
  return {
    packetsPerSecond: Math.round((sumOf(outcomes, ({ packets }) => packets) * 1000) / measuredMs),
    gbps: thousandths((sumOf(outcomes, ({ bytes }) => bytes) * 8) / measuredMs / 1e6),
    ...(cpu.server !== undefined && { serverCores: hundredths(cpu.server) }),
    lost:
      sumOf(outcomes, ({ lost }) => lost) +
      sumOf(outcomes, ({ failure, streamIndex }) => (failure === undefined ? missing[streamIndex]! : 0)),
    notForwarded: sumOf(missing, count => count),
    ...(droppedAtViewers !== undefined && { droppedAtViewers }),
    failed: failures.length,
    ...(failure !== undefined && { failure }),
    ...delaysOf(outcomes),
    ...(rssMb !== undefined && { rssMb: Math.round(rssMb) }),
    ...(cpu.publishers !== undefined && { publishersCpu: hundredths(cpu.publishers) }),
    viewersCpu: viewersCpu.filter(share => share !== undefined).map(hundredths),
    publisherLateMsMax: tenths(run.publisherLateMsMax),
    machineCpu: hundredths(cpu.machine),
  };
}

/** Of the samples among them. */
export function delaysOf(outcomes: readonly LoadOutcome[]): DelayFigures {
  const delays = outcomes.flatMap(({ delaysMs }) => (delaysMs === undefined ? [] : [...delaysMs]));
  if (delays.length === 0) return {};
  return {
    delayMsP50: hundredths(quantile(delays, 0.5)),
    delayMsP99: hundredths(quantile(delays, 0.99)),
    delayMsMax: hundredths(quantile(delays, 1)),
  };
}

/**
 * Of each stream, packets that left no gap in the numbers of its sample and did not come: lost on their way in, or left out by
 * forwarding control. A stream of which no sample has media tells nothing.
 */
function notForwardedOf({ outcomes, published }: LoadRun): readonly number[] {
  return published.map((count, index) => {
    const sample = outcomes.find(
      ({ streamIndex, delaysMs, failure }) =>
        streamIndex === index && delaysMs !== undefined && failure === undefined,
    );
    return sample === undefined ? 0 : Math.max(0, count - sample.delaysMs!.length - sample.lost);
  });
}

function commonest(all: readonly string[]): string | undefined {
  const counts = new Map<string, number>();
  for (const one of all) counts.set(one, (counts.get(one) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0];
}

function sumOf<T>(all: readonly T[], of: (one: T) => number): number {
  return all.reduce((sum, one) => sum + of(one), 0);
}

function thousandths(value: number): number {
  return Math.round(value * 1000) / 1000;
}
