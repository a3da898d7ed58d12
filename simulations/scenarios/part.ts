/** A run of a scenario that has several: what they have in common, and what they come to together. */
import { createHash } from 'node:crypto';
import type { ControlSettings } from '../../actors/forwarding/control/forwarding-control.ts';
import { DelayDistribution, type DelayFigures } from '../delay-distribution.ts';
import { invariants as allInvariants } from '../invariants/all.ts';
import type { Invariant } from '../invariants/invariant.ts';
import type { SimulatedPage } from '../page.ts';
import type { Processor } from '../processor.ts';
import type { Violation } from '../report/report.ts';
import { clockText } from '../report/scale.ts';
import { Simulation, type TimelineEvent } from '../simulation.ts';
import type { Topology } from '../topology.ts';
import type { Outcome, ScenarioOptions } from './scenario.ts';

export interface PartOptions {
  readonly topology: Topology;
  readonly seed: number;
  readonly control?: ControlSettings;
  readonly processor?: Processor;
  readonly invariants?: readonly Invariant[];
  readonly lookEveryMs?: number;
  /** What of the whole scenario it is: from this share of it to that. */
  readonly shares: readonly [from: number, to: number];
  /** How long it takes, for progress. */
  readonly virtualMs: number;
  readonly name: string;
}

export class Parts {
  readonly #options: ScenarioOptions;
  readonly #digests: string[] = [];
  readonly violations: Violation[] = [];
  #violationCount = 0;
  readonly timeline: TimelineEvent[] = [];
  #virtualMs = 0;
  #interruptions = 0;

  constructor(options: ScenarioOptions) {
    this.#options = options;
  }

  start(part: PartOptions): Promise<Simulation> {
    const { signal, onProgress } = this.#options;
    const {
      topology,
      seed,
      control,
      processor,
      lookEveryMs,
      invariants = allInvariants,
      shares,
      virtualMs,
      name,
    } = part;
    const [from, to] = shares;
    return Simulation.start({
      seed,
      topology,
      invariants,
      signal,
      ...(control !== undefined && { control }),
      ...(lookEveryMs !== undefined && { lookEveryMs }),
      ...(processor !== undefined && { processor }),
      onProgress: nowMs => {
        const share = from + (to - from) * Math.min(1, nowMs / virtualMs);
        onProgress(share, `${name}: ${clockText(nowMs)} of virtual time`);
      },
    });
  }

  /** Everybody leaves, and what the run came to is added up. */
  async finish(simulation: Simulation): Promise<void> {
    this.#digests.push(await simulation.finish());
    this.#virtualMs += simulation.nowMs;
    this.violations.push(...simulation.violations);
    this.#violationCount += simulation.violationCount;
    this.timeline.push(...simulation.timeline, ...simulation.pages.flatMap(interruptionEvents));
    this.#interruptions += interruptionsOf(simulation.pages);
  }

  /** What is expected of the scenario, and is not so. */
  expect(isSo: boolean, scenario: string, detail: string): void {
    if (isSo) return;
    this.violations.push({ invariant: scenario, atMs: Math.round(this.#virtualMs), detail });
    this.#violationCount += 1;
  }

  /** Of all parts. */
  get sums(): Omit<Outcome, 'figures' | 'plots' | 'tree'> {
    const [only, ...more] = this.#digests;
    const digest =
      more.length === 0 && only !== undefined
        ? only
        : createHash('sha256').update(this.#digests.join(' ')).digest('hex');
    const { violations, timeline } = this;
    return {
      digest,
      virtualMs: this.#virtualMs,
      violations,
      violationCount: this.#violationCount,
      interruptions: this.#interruptions,
      timeline: [...timeline].sort((a, b) => a.atMs - b.atMs),
    };
  }
}

export function interruptionsOf(pages: readonly SimulatedPage[]): number {
  return pages.reduce((sum, { playback }) => sum + playback.interruptions.length, 0);
}

function interruptionEvents({ options: { name }, playback }: SimulatedPage): readonly TimelineEvent[] {
  return playback.interruptions.map(({ kind, fromMs, toMs }) => ({
    atMs: fromMs,
    untilMs: toMs,
    kind: 'interruption',
    what: `${name} has no ${kind === 'audio' ? 'sound' : 'picture'}`,
  }));
}

/** Of pictures, over all the viewers. */
export function videoDelays(pages: readonly SimulatedPage[]): DelayDistribution {
  const all = new DelayDistribution();
  for (const { playback } of pages) all.addAll(playback.delays('video'));
  return all;
}

export function delayRecord({ p50Ms, p95Ms, p99Ms, maxMs }: DelayFigures) {
  return { p50Ms, p95Ms, p99Ms, maxMs };
}
