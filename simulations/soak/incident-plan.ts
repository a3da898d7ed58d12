/** What goes wrong in a soak, when, and to whom: drawn from the seed before anything starts. Pure. */

import type { PlannedNode } from '../../gateway/cli/cluster/plan.ts';
import { IMPAIRMENT_MAX_MS, type Impairment } from '../../transports/udp/impaired.ts';
import { between, pick } from '../draws.ts';
import { thousandths } from '../rounding.ts';
import { seededRandom } from '../seeded-random.ts';

export const incidentKinds = [
  'relay-killed',
  'link-worse',
  'push-killed',
  'drained',
  'pull-killed',
  'scheduler-killed',
  'gateway-killed',
] as const;

export type IncidentKind = (typeof incidentKinds)[number];

export interface PlannedIncident {
  readonly kind: IncidentKind;
  /** From the beginning of the run, ms. */
  readonly atMs: number;
  /** When what lasts is undone; of a kill the same as `atMs`. */
  readonly untilMs: number;
  /** The node, or of a line the site that it leads to. */
  readonly target: string;
}

/** Streams, edges and pages are to have found together before the first. */
const FIRST_AT_MS = 30_000;
/** After the last, so that it is seen what becomes of it. */
const LAST_BEFORE_END_MS = 40_000;
/** Between two: a thirtieth of the run, within these; up to half as much more is drawn. */
const SPACING_MIN_MS = 30_000;
const SPACING_MAX_MS = 120_000;
const SPACING_SHARE = 1 / 30;
/** A drain takes ten seconds at most until the last client has gone. */
const DRAINED_MS = 20_000;
const WORSE_MS = 25_000;
/** Up to half as much longer. */
const MORE = 0.5;

/** What a line is made for a while: three times as slow, and losing so much more. */
const WORSE_DELAY = 3;
const WORSE_LOSS = 0.05;

export function worse({ delayMs, jitterMs, loss }: Impairment): string {
  const percent = Math.min(100, 100 * (loss + WORSE_LOSS));
  const slower = (ms: number) => thousandths(Math.min(IMPAIRMENT_MAX_MS, ms * WORSE_DELAY));
  return `delay=${slower(delayMs)},loss=${thousandths(percent)},jitter=${slower(jitterMs)}`;
}

/**
 * The kinds come in a new order again and again. Only nodes of the first half of the sites are killed, and scheduler and gateway
 * only in the first half of the run: of what lives on it is to be seen whether its memory grows.
 */
export function planIncidents(
  seed: number,
  durationMs: number,
  nodes: readonly PlannedNode[],
): readonly PlannedIncident[] {
  const random = seededRandom(seed).fork('incidents');
  const somewhatMore = (fromMs: number) => Math.round(between(random, fromMs, fromMs * (1 + MORE)));
  const sites = [...new Set(nodes.filter(({ network }) => network > 0).map(({ idc }) => idc))];
  const mortal = sites.slice(0, Math.ceil(sites.length / 2));
  const targetOf = (kind: IncidentKind): string => {
    if (kind === 'link-worse') return pick(random, sites);
    if (kind === 'drained')
      return pick(
        random,
        nodes.filter(({ network, role }) => network > 0 && role !== 'relay'),
      ).name;
    const role = kind.slice(0, -'-killed'.length);
    const candidates = nodes.filter(node => node.role === role);
    return pick(
      random,
      candidates.filter(({ network, idc }) => network === 0 || mortal.includes(idc)),
    ).name;
  };
  const spacingMs = Math.min(SPACING_MAX_MS, Math.max(SPACING_MIN_MS, durationMs * SPACING_SHARE));
  const planned: PlannedIncident[] = [];
  let deck: IncidentKind[] = [];
  let atMs = FIRST_AT_MS;
  while (atMs <= durationMs - LAST_BEFORE_END_MS) {
    if (deck.length === 0) deck = shuffled(incidentKinds, random.unit);
    const kind = deck.pop()!;
    if ((kind === 'scheduler-killed' || kind === 'gateway-killed') && atMs > durationMs / 2) continue;
    const lastsMs =
      kind === 'drained' ? somewhatMore(DRAINED_MS) : kind === 'link-worse' ? somewhatMore(WORSE_MS) : 0;
    planned.push({ kind, atMs, untilMs: atMs + lastsMs, target: targetOf(kind) });
    atMs += lastsMs + somewhatMore(spacingMs);
  }
  return planned;
}

function shuffled<T>(all: readonly T[], unit: () => number): T[] {
  const left = [...all];
  return all.map(() => left.splice(Math.floor(unit() * left.length), 1)[0]!);
}
