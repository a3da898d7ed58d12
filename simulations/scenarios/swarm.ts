/** Random faults over random clusters, one small run after the other: what no scenario has thought of. */
import { createHash } from 'node:crypto';
import { pick } from '../draws.ts';
import { describe, plan } from '../faults/fault.ts';
import { describeMix, drawFaults, drawMix, type FaultMix } from '../faults/fault-mix.ts';
import { invariants as allInvariants } from '../invariants/all.ts';
import { RECOVERY_MS } from '../invariants/plays-again.ts';
import type { Violation } from '../report/report.ts';
import { clockText } from '../report/scale.ts';
import { type SeededRandom, seededRandom } from '../seeded-random.ts';
import { Simulation, type TimelineEvent } from '../simulation.ts';
import { type City, cities, type SitePlan, site, Topology } from '../topology.ts';
import { interruptionsOf } from './part.ts';
import type { FigureRecord, Outcome, Scenario, ScenarioOptions } from './scenario.ts';

const SITES_MAX = 4;
const NODES_MAX = 2;
const STREAMS_MAX = 3;
const VIEWERS_MAX = 6;
const KBPS = [100, 300, 600] as const;
/** All have come by then; some leave and come again later. */
const ARRIVALS_MS = 8_000;
const CHURN = 0.3;
/** Time for all to be well again, and for what is not to be seen. */
const AFTER_MS = RECOVERY_MS + 5_000;
const MINUTE_MS = 60_000;
const SEEDS = 20;

export const swarm: Scenario = {
  name: 'swarm',
  summary: 'random faults over random clusters, one small run after the other',
  explanation: [
    `${SEEDS} runs (--seeds), from the given seed on: each draws one to ${SITES_MAX} sites with up to ${NODES_MAX} nodes of a role, up to ${STREAMS_MAX} streams with`,
    `up to ${VIEWERS_MAX} viewers, who come and go, and faults of a mix of its own for the minutes: partitions one way and both, bad`,
    'lines, nodes killed, drained and cut off, clients whose last mile is bad or who vanish. Rows: each run, {seed, sites, faults,',
    'mix, violations, first}: how many faults of what mix, how much was violated, and what first; zrtc simulate swarm --seed N',
    '--seeds 1 does one of them again.',
  ],
  minutes: 0.75,
  play,
};

async function play(options: ScenarioOptions): Promise<Outcome> {
  const { seed, seeds = SEEDS, signal, onProgress } = options;
  const hash = createHash('sha256');
  const violations: Violation[] = [];
  const timeline: TimelineEvent[] = [];
  const rows: FigureRecord[] = [];
  let [virtualMs, interruptions, faults, violated, violationCount] = [0, 0, 0, 0, 0];
  for (let place = 0; place < seeds; place += 1) {
    const one = await runSeed(seed + place, options.minutes * MINUTE_MS, signal).catch(error => {
      // What has thrown is a find too, and must not keep the others from being made.
      if (signal.aborted) throw error;
      return brokenRun(seed + place, error);
    });
    hash.update(`${one.digest} `);
    virtualMs += one.virtualMs;
    interruptions += one.interruptions;
    faults += one.faults.length;
    violations.push(...one.violations.map(each => ({ ...each, detail: `seed ${one.seed}: ${each.detail}` })));
    if (seeds === 1) timeline.push(...one.timeline);
    rows.push(rowOf(one));
    violationCount += one.violationCount;
    if (one.violationCount > 0) violated += 1;
    onProgress((place + 1) / seeds, `seed ${seed + place}, ${violated} violated so far`);
  }
  return {
    digest: hash.digest('hex'),
    virtualMs,
    violations,
    violationCount,
    interruptions,
    figures: { seeds, violated, faults, rows },
    timeline,
    plots: [],
  };
}

/** Which of the sites and faults have made it throw is in its seed, as of any run. */
function brokenRun(seed: number, error: unknown): SeedRun {
  const { sites, mix } = drawSetting(seed);
  const detail = error instanceof Error ? error.message : String(error);
  return {
    seed,
    digest: detail,
    virtualMs: 0,
    violations: [{ invariant: 'no-failure', atMs: 0, detail }],
    violationCount: 1,
    interruptions: 0,
    mix,
    sites,
    faults: [],
    timeline: [],
  };
}

function rowOf({ seed, violations, violationCount, mix, sites, faults }: SeedRun): FigureRecord {
  const [first] = violations;
  return {
    seed,
    sites: sites.length,
    faults: faults.length,
    mix: describeMix(mix),
    violations: violationCount,
    first: first?.invariant ?? '',
  };
}

export interface SeedRun {
  readonly seed: number;
  readonly digest: string;
  readonly virtualMs: number;
  readonly violations: readonly Violation[];
  /** As Outcome has it. */
  readonly violationCount: number;
  readonly interruptions: number;
  readonly mix: FaultMix;
  readonly sites: readonly SitePlan[];
  /** In words, with their times. */
  readonly faults: readonly string[];
  readonly timeline: readonly TimelineEvent[];
}

/** One run; all its faults are within the first `faultsMs`. */
export async function runSeed(seed: number, faultsMs: number, signal?: AbortSignal): Promise<SeedRun> {
  const { random, sites, mix } = drawSetting(seed);
  const topology = new Topology(sites);
  const simulation = await Simulation.start({
    seed,
    topology,
    invariants: allInvariants,
    ...(signal !== undefined && { signal }),
  });
  addPages(simulation, random.fork('pages'), faultsMs);
  const faults = drawFaults(random.fork('faults'), mix, {
    topology,
    pages: simulation.pages,
    withinMs: faultsMs,
  });
  for (const one of faults) plan(simulation, one);
  await simulation.pass(faultsMs + AFTER_MS);
  const interruptions = interruptionsOf(simulation.pages);
  const digest = await simulation.finish();
  return {
    seed,
    digest,
    virtualMs: simulation.nowMs,
    violations: simulation.violations,
    violationCount: simulation.violationCount,
    interruptions,
    mix,
    sites: topology.sites,
    faults: faults.map(
      ({ fault, atMs, durationMs }) => `${clockText(atMs)} +${Math.round(durationMs)} ms: ${describe(fault)}`,
    ),
    timeline: simulation.timeline,
  };
}

/** What a run is made of; `random` is for the rest of it. */
function drawSetting(seed: number) {
  const random = seededRandom(seed).fork('swarm');
  const sites = drawSites(random);
  return { random, sites, mix: drawMix(random) };
}

/** The first has the scheduler, a gateway, and a node of each edge. */
function drawSites(random: SeededRandom): readonly SitePlan[] {
  const left = Object.keys(cities) as City[];
  const count = 1 + Math.floor(random.unit() * SITES_MAX);
  return Array.from({ length: count }, (_, place) => {
    const name = pick(random, left);
    left.splice(left.indexOf(name), 1);
    const some = (least: number) => least + Math.floor(random.unit() * (NODES_MAX + 1 - least));
    const isFirst = place === 0;
    const edges = { push: some(isFirst ? 1 : 0), relay: some(1), pull: some(isFirst ? 1 : 0) };
    const gateway = isFirst || random.unit() < 0.5 ? 1 : 0;
    return site(name, { ...edges, gateway, scheduler: isFirst });
  });
}

function addPages(simulation: Simulation, random: SeededRandom, faultsMs: number): void {
  const { sites } = simulation.topology;
  const streams = 1 + Math.floor(random.unit() * STREAMS_MAX);
  for (let number = 1; number <= streams; number += 1) {
    const stream = `class-${number}`;
    const wish = { stream, kbps: pick(random, KBPS) };
    const roles = [
      { name: `teacher-${number}`, role: 'publisher' as const },
      ...Array.from({ length: 1 + Math.floor(random.unit() * VIEWERS_MAX) }, (_, i) => ({
        name: `student-${number}-${i + 1}`,
        role: 'viewer' as const,
      })),
    ];
    for (const one of roles) {
      const page = simulation.page({ ...wish, ...one, idc: pick(random, sites).name });
      simulation.after(random.unit() * ARRIVALS_MS, () => page.open());
      const [churns, leavesAt, isPolite] = [random.unit(), random.unit(), random.unit() < 0.7];
      if (churns >= CHURN) continue;
      simulation.after(ARRIVALS_MS + leavesAt * faultsMs * 0.5, () => page.close(isPolite));
      simulation.after(ARRIVALS_MS + (leavesAt + 1) * faultsMs * 0.4, () => page.open());
    }
  }
}
