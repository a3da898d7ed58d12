/** Carries out what behaviours return. */
import type { Address } from './address.ts';
import type { AskResult, Asks } from './asks.ts';
import type { Cell, Letter } from './cell.ts';
import type { Ask, Effect } from './effects.ts';
import type { PostOffice } from './post-office.ts';
import type { Tree } from './tree.ts';

/** The commands of one port; what it throws crashes the actor that gave the command. */
export type Port = (command: unknown, from: Address) => void;

export interface InterpreterParts {
  readonly tree: Tree;
  readonly postOffice: PostOffice;
  readonly asks: Asks;
  readonly ports: Readonly<Record<string, Port>>;
}

/** An answer is owed from the moment that it is there. */
const owed = { takenBack: false, taken: () => {} };

/** Throws what is the actor's own fault: a name in use, a port that does not exist, a message that is not plain data. */
export function carryOut(parts: InterpreterParts, cell: Cell, effect: Effect): void {
  switch (effect.effect) {
    case 'tell':
      parts.postOffice.send(effect.to, effect.message);
      return;
    case 'ask':
      ask(parts.asks, cell, effect);
      return;
    case 'spawn':
      parts.tree.spawn(cell, effect.name, effect.behaviour, effect.args);
      return;
    case 'stop':
      stop(parts.tree, cell, effect.child);
      return;
    case 'watch':
      cell.watching.add(effect.address);
      return;
    case 'unwatch':
      cell.watching.remove(effect.address);
      return;
    case 'timer':
      cell.timers.set(effect.key, effect.afterMs, effect.message);
      return;
    case 'cancel':
      cell.timers.cancel(effect.key);
      return;
    case 'do': {
      const port = Object.hasOwn(parts.ports, effect.port) ? parts.ports[effect.port] : undefined;
      if (port === undefined) throw new Error(`there is no port named ${effect.port}`);
      port(effect.command, cell.address);
      return;
    }
    default:
      effect satisfies never;
  }
}

function stop(tree: Tree, cell: Cell, name: string | undefined): void {
  const target = name === undefined ? cell : cell.children.get(name);
  // A child that has just ended by itself is what was wanted.
  if (target !== undefined) tree.end(target, 'stopped');
}

function ask(asks: Asks, cell: Cell, { to, message, key, timeoutMs }: Ask): void {
  let settled = false;
  let forget: (() => void) | undefined;
  forget = asks.ask(to, message, timeoutMs, result => {
    settled = true;
    if (forget !== undefined) cell.asks.delete(forget);
    cell.mailbox.put(letterOf(key, result));
  });
  if (!settled) cell.asks.add(forget);
}

function letterOf(key: string, result: AskResult): Letter {
  return result.kind === 'answer'
    ? { message: { type: 'answer', key, message: result.message }, ticket: owed }
    : { message: { type: 'no-answer', key, why: result.kind }, ticket: owed };
}
