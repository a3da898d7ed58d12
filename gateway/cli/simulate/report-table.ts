/** What `zrtc simulate` shows people. */
import type { SimulationReport } from '../../../simulations/scenarios/run-scenario.ts';
import type { Figure, FigureRecord, Scenario } from '../../../simulations/scenarios/scenario.ts';
import { figureTable } from '../bench/table.ts';

/** More are told by their number. */
const VIOLATIONS_SHOWN = 10;

export function reportTable(report: SimulationReport): string {
  const {
    scenario,
    seed,
    digest,
    virtualSeconds,
    realSeconds,
    violations,
    violationCount,
    interruptions,
    outcome,
  } = report;
  const speed = realSeconds > 0 ? `, ${Math.round(virtualSeconds / realSeconds)} times as fast as life` : '';
  const shown = violations.slice(0, VIOLATIONS_SHOWN);
  const more = violationCount - shown.length;
  return [
    `${scenario}, seed ${seed}: ${virtualSeconds} s in ${realSeconds} s${speed}`,
    ...Object.entries(outcome.figures).flatMap(([name, figure]) => ['', ...figureLines(name, figure)]),
    '',
    `interruptions  ${interruptions}`,
    `digest         ${digest}`,
    violationCount === 0 ? 'violations     none' : `violations     ${violationCount}`,
    ...shown.map(({ invariant, atMs, detail }) => `  ${(atMs / 1000).toFixed(1)} s  ${invariant}: ${detail}`),
    ...(more > 0 ? [`  and ${more} more`] : []),
  ].join('\n');
}

/** What each scenario is. */
export function listOf(scenarios: readonly Scenario[]): string {
  return scenarios
    .map(({ name, summary, minutes, explanation }) =>
      [`${name}: ${summary}`, ...explanation.map(line => `  ${line}`), `  ${minutes} minutes`].join('\n'),
    )
    .join('\n\n');
}

function figureLines(name: string, figure: Figure): readonly string[] {
  if (!Array.isArray(figure)) {
    if (typeof figure !== 'object') return [`${name}  ${cell(figure)}`];
    const pairs = Object.entries(figure as FigureRecord);
    return [`${name}  ${pairs.map(([key, value]) => `${key} ${cell(value)}`).join(', ')}`];
  }
  const rows = figure as readonly (FigureRecord | string)[];
  const [first] = rows;
  if (first === undefined) return [`${name}  none`];
  if (typeof first === 'string') return [name, ...rows.map(row => `  ${String(row)}`)];
  const keys = Object.keys(first);
  const cells = (rows as readonly FigureRecord[]).map(row => keys.map(key => cell(row[key] ?? '')));
  return figureTable(keys, cells);
}

function cell(value: number | string | boolean): string {
  return typeof value === 'number' && !Number.isInteger(value)
    ? String(Math.round(value * 1000) / 1000)
    : String(value);
}
