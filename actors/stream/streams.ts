/** `streams`: supervises a shard's streams, and brings one into being when somebody publishes or waits for it. */
import { type Address, addressOf } from '../runtime/address.ts';
import type { Behaviour, Self, Step } from '../runtime/behaviour.ts';
import { type Effect, spawn, tell, watch } from '../runtime/effects.ts';
import type { StreamSuperseded } from '../scheduler/messages.ts';
import type { ShardFacts } from '../sessions/facts.ts';
import type { PublishStream, Subscribe } from './messages.ts';
import { streamActor } from './stream.ts';

interface Streams {
  readonly facts: ShardFacts;
  readonly living: ReadonlySet<string>;
  /** The number of the next stream. */
  readonly next: number;
}

/** So that a shard that is started again gives no number that its predecessor gave. */
const NUMBERS = 2 ** 31;

export const streams: Behaviour<ShardFacts, Streams, PublishStream | Subscribe | StreamSuperseded> = {
  name: 'streams',
  restart: 'always',
  start: (facts, self) => [{ facts, living: new Set(), next: self.random.uint32() % NUMBERS }],
  receive(state, message, self) {
    switch (message.type) {
      case 'publish':
      case 'subscribe':
        return passOn(state, message, self);
      case 'superseded':
        return [state, ...passToLiving(state, message, self)];
      case 'down':
        // One that crashed is there again under the same name, and a watch tells once.
        return message.reason === 'stopped'
          ? [without(state, message.address)]
          : [state, watch(addressOf(message.address.node, message.address.path))];
      default:
        return [state];
    }
  },
};

function passOn(state: Streams, message: PublishStream | Subscribe, self: Self): Step<Streams> {
  const { facts, living, next: number } = state;
  const { name, address } = actorOf(message, self);
  if (living.has(name)) return [state, tell(address, message)];
  return [
    { facts, living: new Set(living).add(name), next: (number + 1) % NUMBERS },
    spawn(name, streamActor, { stream: message.stream, facts, number }),
    watch(address),
    tell(address, message),
  ];
}

/** What concerns a stream that is not here concerns nobody here. */
function passToLiving({ living }: Streams, message: StreamSuperseded, self: Self): readonly Effect[] {
  const { name, address } = actorOf(message, self);
  return living.has(name) ? [tell(address, message)] : [];
}

function actorOf({ stream }: { readonly stream: string }, { address: { node, path } }: Self) {
  const name = `stream-${stream}`;
  return { name, address: addressOf(node, `${path}/${name}`) };
}

function without({ living, ...streams }: Streams, { path }: Address): Streams {
  const rest = new Set(living);
  rest.delete(path.slice(path.lastIndexOf('/') + 1));
  return { ...streams, living: rest };
}
