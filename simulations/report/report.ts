/** What a report shows of a run, whether simulated or of real processes: plain data, of which a page is made. */

export interface Report {
  readonly title: string;
  /** One line. */
  readonly summary: string;
  /** What happens in the run and what it counts, in lines. */
  readonly explanation: readonly string[];
  /** What does the same again. */
  readonly command: string;
  readonly ok: boolean;
  /** What the run was: its seed and digest, say, and how long it took. */
  readonly facts: FigureRecord;
  /** By name; a list of records with the same keys is a table. */
  readonly figures: Figures;
  readonly violations: readonly Violation[];
  /** Where there were more than are told. */
  readonly violationCount?: number;
  readonly timeline: readonly TimelineEvent[];
  readonly plots: readonly Plot[];
  /** The ways that streams took. */
  readonly tree?: readonly TreeNode[];
}

export type Figures = Readonly<Record<string, Figure>>;
export type Figure = number | string | boolean | FigureRecord | readonly FigureRecord[] | readonly string[];
export interface FigureRecord {
  readonly [name: string]: number | string | boolean;
}

/** What has to hold and did not. */
export interface Violation {
  readonly invariant: string;
  /** Since the beginning of the run. */
  readonly atMs: number;
  readonly detail: string;
}

/** Something that a reader of the run wants to know the time of. */
export interface TimelineEvent {
  /** Since the beginning of the run. */
  readonly atMs: number;
  /** Where it lasted. */
  readonly untilMs?: number;
  readonly kind: 'fault' | 'page' | 'node' | 'scene' | 'interruption';
  readonly what: string;
}

export interface Plot {
  readonly title: string;
  /** What the axes are of, with units. */
  readonly x: string;
  readonly y: string;
  /** `steps` for distributions. */
  readonly style: 'line' | 'dots' | 'steps';
  readonly series: readonly Series[];
  /** `time` for milliseconds since the beginning, shown as 1:05:00. By default `linear`. */
  readonly xScale?: 'linear' | 'log' | 'time';
  /** `tail` for shares from 0 to 1 of which the last hundredths matter: 90, 99 and 99.9 % are as far from each other. */
  readonly yScale?: 'linear' | 'log' | 'tail';
  /** Parts of the x axis that something was wrong in. */
  readonly shades?: readonly Shade[];
  /** What is to be seen in it, in a line or two. */
  readonly note?: string;
}

export interface Series {
  readonly name: string;
  /** A y that is no number leaves a gap in a line. */
  readonly points: readonly (readonly [x: number, y: number])[];
}

export interface Shade {
  readonly from: number;
  readonly to: number;
  readonly what: string;
}

export interface TreeNode {
  readonly name: string;
  /** Absent, or none of the others: a root. */
  readonly parent?: string;
  readonly note?: string;
}
