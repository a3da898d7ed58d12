/** `streams`: supervises a shard's streams, and brings one into being when somebody publishes or waits for it. */
import { type Address, addressOf } from '../runtime/address.ts';
import type { Behaviour, Self, Step } from '../runtime/behaviour.ts';
import { spawn, tell, watch } from '../runtime/effects.ts';
import type { PublishStream, Subscribe } from './messages.ts';
import { streamActor } from './stream.ts';

type Living = ReadonlySet<string>;

export const streams: Behaviour<null, Living, PublishStream | Subscribe> = {
  name: 'streams',
  restart: 'always',
  start: () => [new Set()],
  receive(living, message, self) {
    switch (message.type) {
      case 'publish':
      case 'subscribe':
        return passOn(living, message, self);
      case 'down':
        // One that crashed is there again under the same name, and a watch tells once.
        return message.reason === 'stopped'
          ? [without(living, message.address)]
          : [living, watch(addressOf(message.address.node, message.address.path))];
      default:
        return [living];
    }
  },
};

function passOn(living: Living, message: PublishStream | Subscribe, self: Self): Step<Living> {
  const name = `stream-${message.stream}`;
  const address = addressOf(self.address.node, `${self.address.path}/${name}`);
  if (living.has(name)) return [living, tell(address, message)];
  return [
    new Set(living).add(name),
    spawn(name, streamActor, message.stream),
    watch(address),
    tell(address, message),
  ];
}

function without(living: Living, { path }: Address): Living {
  const rest = new Set(living);
  rest.delete(path.slice(path.lastIndexOf('/') + 1));
  return rest;
}
