/** Whether what students went without has to do with something that was done to the cluster. Pure. */
import { INTERRUPTION_MS } from '../playback.ts';
import type { IncidentKind } from './incident-plan.ts';
import type { Gap } from './watching.ts';

/** As it happened, by the clock that all processes of the machine share. */
export interface Incident {
  readonly kind: IncidentKind;
  readonly target: string;
  readonly fromMs: number;
  readonly toMs: number;
}

/** A time in which the clients themselves stood still, and saw nothing of what came. */
export interface Stall {
  readonly fromMs: number;
  readonly toMs: number;
}

export interface Interruption extends Gap {
  /** Without what the clients stood still meanwhile. */
  readonly lengthMs: number;
  /** The number of the incident that explains it. */
  readonly incident?: number;
}

/**
 * After an incident's end whoever it has hit is to see and hear again within this: 8 s until a page takes silence for a loss,
 * 0.5 s at most until it comes again, the time to connect, and a process that a busy machine starts for seconds.
 */
export const RECOVERY_MS = 15_000;
/** The last packet before a kill came up to a picture's interval earlier; and what is told to be done takes a moment. */
const LEAD_MS = 250;
/** Of these nobody who watches is to notice anything (docs/cluster.md). */
const unnoticed: readonly IncidentKind[] = ['scheduler-killed', 'gateway-killed'];

/** Of each gap that is one for longer than the limit, whether an incident explains it: it lies in the incident's time as a whole. */
export function interruptionsOf(
  gaps: readonly Gap[],
  incidents: readonly Incident[],
  stalls: readonly Stall[],
): readonly Interruption[] {
  return gaps.flatMap(gap => {
    const stoodMs = stalls.reduce((sum, stall) => sum + overlapMs(gap, stall), 0);
    const lengthMs = gap.toMs - gap.fromMs - stoodMs;
    if (lengthMs <= INTERRUPTION_MS) return [];
    const incident = incidents.findIndex(one => explains(one, gap));
    return [{ ...gap, lengthMs: Math.round(lengthMs), ...(incident >= 0 && { incident }) }];
  });
}

function explains({ kind, fromMs, toMs }: Incident, gap: Gap): boolean {
  // Who comes while scheduler or gateway is away has to wait for it.
  if (unnoticed.includes(kind) && gap.kind !== 'join') return false;
  // Who came just before has not been served yet.
  const earliestMs = gap.kind === 'join' ? fromMs - RECOVERY_MS : fromMs - LEAD_MS;
  return gap.fromMs >= earliestMs && gap.toMs <= toMs + RECOVERY_MS;
}

function overlapMs(one: { fromMs: number; toMs: number }, other: { fromMs: number; toMs: number }): number {
  return Math.max(0, Math.min(one.toMs, other.toMs) - Math.max(one.fromMs, other.fromMs));
}
