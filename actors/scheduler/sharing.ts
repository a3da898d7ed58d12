/** What a scheduler that is one of several tells the others, and what it makes of what they tell. */
import type { Address } from '../runtime/address.ts';
import { type Effect, tell } from '../runtime/effects.ts';
import type { LeaveReason } from './leave-reason.ts';
import type { Register } from './messages.ts';
import type { NodeEntry, Registry } from './registry.ts';
import type { LeftWord, NewsWord, NodeWord, Share } from './shared-messages.ts';

/** `/registry`, if the scheduler is one of several that share one; null if it is not. */
export type SharedBy = Address | null;

/** What it is told itself the others are to hear. */
export function share(shared: SharedBy, word: NewsWord | undefined): Effect[] {
  if (shared === null || word === undefined) return [];
  const message: Share = { type: 'share', word };
  return [tell(shared, message)];
}

export function nodeWord(from: string, facts: Register, entry: NodeEntry): NodeWord {
  const { peersVersion: _, ...rest } = facts;
  const { registeredAtWallMs, unsteady } = entry;
  return { kind: 'node', from, facts: rest, registeredAtWallMs, unsteady };
}

/** Undefined where there is nothing to tell: a silent node's lease ends everywhere, and of a newer process all hear. */
export function leftWord(
  from: string,
  { node, incarnation }: NodeEntry,
  reason: LeaveReason,
): LeftWord | undefined {
  if (reason === 'silent' || reason === 'replaced') return undefined;
  return { kind: 'left', from, node, incarnation, reason };
}

/** What other schedulers were told. */
export function hear(nowMs: number, registry: Registry, words: readonly NewsWord[]): void {
  for (const word of words) {
    if (word.kind === 'node') registry.toldOf(nowMs, word);
    else if (word.kind === 'left') registry.toldLeft(nowMs, word);
    else {
      const { node, incarnation, stream, epoch, live } = word.change;
      registry.streamChanged(node, incarnation, stream, epoch, live);
    }
  }
}
