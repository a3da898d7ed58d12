/** The shape of a scenario, and of what comes out of it. */
import type { Figures, Plot, TimelineEvent, TreeNode, Violation } from '../report/report.ts';

export type { Figure, FigureRecord, Plot, Series, TreeNode } from '../report/report.ts';

export interface Scenario {
  /** What follows `zrtc simulate`. */
  readonly name: string;
  /** One line. */
  readonly summary: string;
  /** What happens in it and what it counts, in lines. */
  readonly explanation: readonly string[];
  /** Virtual minutes, when nobody says how many. */
  readonly minutes: number;
  play(options: ScenarioOptions): Promise<Outcome>;
}

export interface ScenarioOptions {
  readonly seed: number;
  readonly minutes: number;
  /** How many runs, of a scenario that is many. */
  readonly seeds?: number;
  readonly signal: AbortSignal;
  /** `share` of the whole is done, 0 to 1. */
  onProgress(share: number, line: string): void;
}

export interface Outcome {
  /** Over all that was delivered and decided. */
  readonly digest: string;
  readonly virtualMs: number;
  readonly violations: readonly Violation[];
  /** Those included that were not kept, of invariants that were violated again and again. */
  readonly violationCount: number;
  /** Times that a viewer had nothing to see or to hear for more than a second. */
  readonly interruptions: number;
  /** By name, as JSON has them; a list of records with the same keys is a table. */
  readonly figures: Figures;
  readonly timeline: readonly TimelineEvent[];
  readonly plots: readonly Plot[];
  /** The ways that streams took, for a drawing: child to parent. */
  readonly tree?: readonly TreeNode[];
}
