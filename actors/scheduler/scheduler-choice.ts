/**
 * Which of the cluster's schedulers a node holds to, and whom it tells of itself. One is enough while schedulers share
 * what they are told; one that does not share is told by every node itself. A core.
 */
import type { Address } from '../runtime/address.ts';
import type { Peer, Registered } from './messages.ts';

/** A scheduler counts as away when it has not answered three registrations. */
export const SCHEDULER_SILENCE_MS = 3000;

/** One scheduler, as this node knows it. */
export interface Relation {
  readonly address: Address;
  /** It has answered, and since then neither the link to it was lost nor has it been silent. */
  readonly isThere: boolean;
  /** What it is told reaches the other schedulers, and what they are told it. */
  readonly isSharing: boolean;
  /** Since when it has owed an answer; undefined when it owes none. */
  readonly owesSinceMs: number | undefined;
  readonly peersVersion: string | undefined;
  /** Those that it has told of, by node; links have been asked for with those that have an endpoint. */
  readonly peers: ReadonlyMap<string, Peer>;
}

export type SchedulerChoice = readonly Relation[];

/** `schedulers` as this node prefers them. */
export function schedulerChoice(schedulers: readonly Address[]): SchedulerChoice {
  return schedulers.map(address => ({
    address,
    isThere: false,
    isSharing: false,
    owesSinceMs: undefined,
    peersVersion: undefined,
    peers: new Map(),
  }));
}

/** The first that is there; while none is, the one that would be the first choice. */
export function current(choice: SchedulerChoice): Relation {
  return choice.find(({ isThere }) => isThere) ?? choice[0]!;
}

/** Who is to hear what there is to say of this node. */
export function listeners(choice: SchedulerChoice): readonly Relation[] {
  const there = choice.filter(({ isThere }) => isThere);
  // While some share nothing, those that do not answer may yet be the only ones to hear of a node that has just come.
  return there.length === 0 || there.some(({ isSharing }) => !isSharing) ? choice : [current(choice)];
}

export function told(choice: SchedulerChoice, nowMs: number, whom: readonly Relation[]): SchedulerChoice {
  return choice.map(one =>
    whom.includes(one) && one.owesSinceMs === undefined ? { ...one, owesSinceMs: nowMs } : one,
  );
}

/** It has taken this node; its peers are for the owner to note. */
export function registeredWith(
  choice: SchedulerChoice,
  { scheduler, isSharing }: Registered,
): SchedulerChoice {
  return changed(choice, scheduler, { isThere: true, isSharing: isSharing === true, owesSinceMs: undefined });
}

/** It has answered, and does not take this node. */
export function refusedBy(choice: SchedulerChoice, scheduler: Address): SchedulerChoice {
  return changed(choice, scheduler, { isThere: true, owesSinceMs: undefined });
}

/** Its actor is gone, or the link to it. */
export function lost(choice: SchedulerChoice, scheduler: Address): SchedulerChoice {
  return changed(choice, scheduler, { isThere: false, owesSinceMs: undefined });
}

export function sharesNothing(choice: SchedulerChoice, scheduler: Address): SchedulerChoice {
  return changed(choice, scheduler, { isSharing: false });
}

/** Those that have owed an answer for too long are not there. */
export function withoutSilent(choice: SchedulerChoice, nowMs: number): SchedulerChoice {
  const isSilent = ({ isThere, owesSinceMs }: Relation) =>
    isThere && owesSinceMs !== undefined && nowMs - owesSinceMs >= SCHEDULER_SILENCE_MS;
  return choice.some(isSilent)
    ? choice.map(one => (isSilent(one) ? { ...one, isThere: false, owesSinceMs: undefined } : one))
    : choice;
}

export function changed(choice: SchedulerChoice, who: Address, change: Partial<Relation>): SchedulerChoice {
  return choice.map(one => (isOf(one, who) ? { ...one, ...change } : one));
}

export function relationTo(choice: SchedulerChoice, who: Address): Relation | undefined {
  return choice.find(one => isOf(one, who));
}

/** Incarnations are left out: a scheduler that is started again is the same one to its nodes. */
function isOf({ address }: Relation, { node, path }: Address): boolean {
  return address.node === node && address.path === path;
}
