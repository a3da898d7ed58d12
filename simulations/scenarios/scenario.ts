/** The shape of a scenario, and of what comes out of it. */
import type { Violation } from '../invariants/watch.ts';
import type { TimelineEvent } from '../simulation.ts';

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
  /** Times that a viewer had nothing to see or to hear for more than a second. */
  readonly interruptions: number;
  /** By name, as JSON has them; a list of records with the same keys is a table. */
  readonly figures: Readonly<Record<string, Figure>>;
  readonly timeline: readonly TimelineEvent[];
  readonly plots: readonly Plot[];
  /** The ways that streams took, for a drawing: child to parent. */
  readonly tree?: readonly TreeNode[];
}

export type Figure = number | string | boolean | FigureRecord | readonly FigureRecord[] | readonly string[];
export interface FigureRecord {
  readonly [name: string]: number | string | boolean;
}

export interface Plot {
  readonly title: string;
  readonly x: string;
  readonly y: string;
  /** `steps` for distributions. */
  readonly style: 'line' | 'dots' | 'steps';
  readonly series: readonly Series[];
}

export interface Series {
  readonly name: string;
  readonly points: readonly (readonly [x: number, y: number])[];
}

export interface TreeNode {
  readonly name: string;
  readonly parent?: string;
  readonly note?: string;
}
