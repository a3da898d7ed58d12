/** `relays`: supervises the links to other nodes: at most one that we open to each, and those that they open to us. */
import { addressOf } from '../runtime/address.ts';
import type { Behaviour, Self, Step } from '../runtime/behaviour.ts';
import { spawn, tell, watch } from '../runtime/effects.ts';
import type { ShardFacts } from '../sessions/facts.ts';
import type { Fetch, LinkAccepted } from './messages.ts';
import { relayLink } from './relay-link.ts';

interface Relays {
  readonly facts: ShardFacts;
  /** Names of the links that live. */
  readonly living: ReadonlySet<string>;
}

export const relays: Behaviour<ShardFacts, Relays, Fetch | LinkAccepted> = {
  name: 'relays',
  restart: 'always',
  start: facts => [{ facts, living: new Set() }],
  receive(state, message, self) {
    switch (message.type) {
      case 'fetch':
        return fetch(state, message, self);
      case 'link-accepted':
        return accepted(state, message, self);
      case 'down': {
        const living = new Set(state.living);
        living.delete(message.address.path.slice(self.address.path.length + 1));
        return [{ ...state, living }];
      }
      default:
        return [state];
    }
  },
};

function fetch(state: Relays, message: Fetch, self: Self): Step<Relays> {
  const { facts, living } = state;
  const name = `relay-link-${message.parent.node}`;
  const address = addressOf(facts.node, `${self.address.path}/${name}`);
  if (living.has(name)) return [state, tell(address, message)];
  return [
    { facts, living: new Set(living).add(name) },
    spawn(name, relayLink, { node: facts.node, shard: facts.shard, link: { open: message.parent } }),
    watch(address),
    tell(address, message),
  ];
}

function accepted(state: Relays, { link, peer }: LinkAccepted, self: Self): Step<Relays> {
  const { facts, living } = state;
  const name = `relay-link-${peer.node}-${link}`;
  return [
    { facts, living: new Set(living).add(name) },
    spawn(name, relayLink, {
      node: facts.node,
      shard: facts.shard,
      link: { accepted: link, peer: peer.node },
    }),
    watch(addressOf(facts.node, `${self.address.path}/${name}`)),
  ];
}
