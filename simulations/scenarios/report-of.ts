/** What `zrtc simulate --report` shows of a run. */
import type { Report } from '../report/report.ts';
import { reproduce, type SimulationReport } from './run-scenario.ts';
import type { Scenario } from './scenario.ts';

export function reportOf({ name, summary, explanation }: Scenario, run: SimulationReport): Report {
  const {
    seed,
    digest,
    virtualSeconds,
    realSeconds,
    interruptions,
    ok,
    violations,
    violationCount,
    outcome,
  } = run;
  const { figures, timeline, plots, tree } = outcome;
  return {
    title: name,
    summary,
    explanation,
    command: reproduce(run),
    ok,
    facts: { seed, 'virtual seconds': virtualSeconds, 'real seconds': realSeconds, interruptions, digest },
    figures,
    violations,
    violationCount,
    timeline,
    plots,
    ...(tree !== undefined && { tree }),
  };
}
