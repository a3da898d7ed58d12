/** `gateway`: holds the node's HTTP face, from listening to closing. */
import type { Address } from '../runtime/address.ts';
import type { Behaviour } from '../runtime/behaviour.ts';
import { perform, tell } from '../runtime/effects.ts';
import type { Listening, NotListening } from './messages.ts';

export const gateway: Behaviour<Address, Address, Listening | NotListening> = {
  name: 'gateway',
  restart: 'always',
  start: parent => [parent, perform('http', { do: 'listen' })],
  receive: (parent, message) =>
    message.type === 'listening' || message.type === 'not-listening'
      ? [parent, tell(parent, message)]
      : [parent],
  stopped: () => [perform('http', { do: 'close' })],
};
