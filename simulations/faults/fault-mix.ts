/** Draws what goes wrong in a run from its seed: which faults there are at all, and which of them happen when. */
import { between, pick, weighted } from '../draws.ts';
import type { LinkSettings } from '../impairment.ts';
import type { SimulatedPage } from '../page.ts';
import type { SeededRandom } from '../seeded-random.ts';
import type { Topology } from '../topology.ts';
import type { Fault, PlannedFault } from './fault.ts';

const kinds: readonly Fault['kind'][] = [
  'partition',
  'bad line',
  'killed',
  'drained',
  'cut off',
  'bad last mile',
  'vanished',
];

export interface FaultMix {
  /** How much of each kind there is; those that are missing do not happen. Runs differ in it, so that some have much of one. */
  readonly weights: ReadonlyMap<Fault['kind'], number>;
  /** Between two faults on average. */
  readonly everyMs: number;
}

/** Of all kinds each is there or not. */
export function drawMix(random: SeededRandom): FaultMix {
  const weights = new Map(
    kinds.flatMap(kind => (random.unit() < 0.6 ? [[kind, 0.2 + random.unit()] as const] : [])),
  );
  if (weights.size === 0) weights.set(pick(random, kinds), 1);
  return { weights, everyMs: between(random, 4_000, 20_000) };
}

export interface FaultsOf {
  readonly topology: Topology;
  readonly pages: readonly SimulatedPage[];
  /** All begin and end within this. */
  readonly withinMs: number;
}

export function drawFaults(
  random: SeededRandom,
  mix: FaultMix,
  { topology, pages, withinMs }: FaultsOf,
): readonly PlannedFault[] {
  const planned: PlannedFault[] = [];
  for (let atMs = mix.everyMs * random.unit(); ; atMs += 2 * mix.everyMs * random.unit()) {
    const durationMs = drawDuration(random);
    if (atMs >= withinMs) return planned;
    const fault = drawFault(random, mix, topology, pages);
    if (fault !== undefined && atMs + durationMs <= withinMs) planned.push({ fault, atMs, durationMs });
  }
}

/** In words, for the report. */
export function describeMix({ weights, everyMs }: FaultMix): string {
  const sum = [...weights.values()].reduce((total, weight) => total + weight, 0);
  const parts = [...weights].map(([kind, weight]) => `${kind} ${Math.round((100 * weight) / sum)} %`);
  return `a fault every ${(everyMs / 1000).toFixed(1)} s: ${parts.join(', ')}`;
}

/** From a fifth of a second to twenty, the short ones as likely as the long ones. */
function drawDuration(random: SeededRandom): number {
  return 200 * 100 ** random.unit();
}

function drawFault(
  random: SeededRandom,
  { weights }: FaultMix,
  { sites, nodes }: Topology,
  pages: readonly SimulatedPage[],
): Fault | undefined {
  const [kind] = weighted([...weights], ([, weight]) => weight)(random);
  switch (kind) {
    case 'partition':
    case 'bad line': {
      const one = pick(random, sites).name;
      const other = pick(random, sites).name;
      // Every time the same draws, whatever comes of them.
      const [isOneWay, line] = [random.unit() < 0.4, drawLine(random)];
      if (one === other) return undefined;
      return kind === 'partition'
        ? { kind, sites: [one, other], way: isOneWay ? 'one way' : 'both' }
        : { kind, sites: [one, other], line };
    }
    case 'killed':
    case 'drained':
    case 'cut off':
      return { kind, node: pick(random, nodes).name };
    case 'bad last mile':
      return { kind, page: pick(random, pages), up: drawLine(random), down: drawLine(random) };
    case 'vanished':
      return { kind, page: pick(random, pages) };
    default:
      return kind satisfies never;
  }
}

function drawLine(random: SeededRandom): LinkSettings {
  const has = () => random.unit() < 0.5;
  const loss = has() ? 0.2 * random.unit() ** 2 : 0;
  const isBursty = has();
  const burst = between(random, 2, 20);
  return {
    loss,
    ...(isBursty && loss > 0 && { burst, burstLoss: between(random, 0.5, 1) }),
    ...(has() && { reorder: 0.1 * random.unit(), reorderHoldMs: between(random, 2, 40) }),
    ...(has() && { duplicate: 0.1 * random.unit() }),
    ...(has() && { jitterMs: between(random, 2, 80) }),
    ...(random.unit() < 0.25 && { rateBps: 1e6 * between(random, 0.3, 8), queueBytes: 60_000 }),
  };
}
