/** Runs a scenario, and gives its report in the form that `zrtc simulate` writes. */
import type { Clock } from '../../transports/clock.ts';
import type { Violation } from '../report/report.ts';
import type { Outcome, Scenario } from './scenario.ts';

export interface SimulationReport {
  readonly scenario: string;
  readonly seed: number;
  readonly minutes: number;
  /** Of a scenario that is many runs: how many were asked for. */
  readonly seeds?: number;
  readonly ok: boolean;
  readonly digest: string;
  readonly virtualSeconds: number;
  readonly realSeconds: number;
  readonly violations: readonly Violation[];
  /** As Outcome has it. */
  readonly violationCount: number;
  readonly interruptions: number;
  readonly outcome: Outcome;
}

export interface RunOptions {
  readonly seed: number;
  /** By default the scenario's own. */
  readonly minutes?: number;
  readonly seeds?: number;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  onProgress(line: string): void;
}

/** Between two lines of progress. */
const PROGRESS_INTERVAL_MS = 5_000;

export async function runScenario(scenario: Scenario, options: RunOptions): Promise<SimulationReport> {
  const { seed, seeds, clock, signal, minutes = scenario.minutes } = options;
  const wish = { seed, minutes, ...(seeds !== undefined && { seeds }) };
  const beganAtMs = clock.nowMs();
  let toldAtMs = beganAtMs;
  const outcome = await scenario.play({
    ...wish,
    signal,
    onProgress(share, line) {
      const nowMs = clock.nowMs();
      if (nowMs - toldAtMs < PROGRESS_INTERVAL_MS) return;
      toldAtMs = nowMs;
      options.onProgress(`${scenario.name}: ${Math.round(100 * share)} %, ${line}`);
    },
  });
  const { digest, virtualMs, violations, violationCount, interruptions } = outcome;
  return {
    scenario: scenario.name,
    ...wish,
    ok: violationCount === 0,
    digest,
    virtualSeconds: Math.round(virtualMs) / 1000,
    realSeconds: Math.round(clock.nowMs() - beganAtMs) / 1000,
    violations,
    violationCount,
    interruptions,
    outcome,
  };
}

/** As `--json` has it: the scenario's figures stand beside what every report has. */
export function reportAsJson({ outcome, minutes: _, ...rest }: SimulationReport): object {
  return { ...rest, ...outcome.figures };
}

/** The command that runs the same again. */
export function reproduce({ scenario, seed, minutes, seeds }: SimulationReport): string {
  const count = seeds === undefined ? '' : ` --seeds ${seeds}`;
  return `zrtc simulate ${scenario} --seed ${seed} --minutes ${minutes}${count}`;
}
