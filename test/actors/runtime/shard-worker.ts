/** The entry of a worker thread that worker-threads.test.ts starts: a system with one actor and what that is told. */
import { type MessagePort, workerData } from 'node:worker_threads';
import type { Address } from '../../../actors/runtime/address.ts';
import type { Behaviour, Message } from '../../../actors/runtime/behaviour.ts';
import { ask, stop, tell } from '../../../actors/runtime/effects.ts';
import type { Envelope } from '../../../actors/runtime/link.ts';
import { ActorSystem } from '../../../actors/runtime/system.ts';
import { systemClock } from '../../../transports/clock.ts';
import { systemRandom } from '../../../transports/random.ts';
import { MessagePortLink } from '../../../transports/threads/message-port-link.ts';

const { root, port } = workerData as { root: string; port: MessagePort };

/** Asks another for its count, on behalf of whoever asked; counts what it is sent; stops, or throws. */
interface Request extends Message {
  readonly replyTo: Address;
  readonly other: Address;
}
interface State {
  readonly numbers: readonly number[];
  readonly askedBy?: Address;
}
const counter: Behaviour<null, State, Message> = {
  name: 'counter',
  restart: 'always',
  start: () => [{ numbers: [] }],
  receive(state, message) {
    switch (message.type) {
      case 'numbered':
        return [{ ...state, numbers: [...state.numbers, (message as unknown as { number: number }).number] }];
      case 'numbers':
        return [
          state,
          tell((message as Request).replyTo, { type: 'numbers', numbers: state.numbers } as Message),
        ];
      case 'numbers of the other': {
        const { replyTo, other } = message as Request;
        const numbers = Array.from({ length: 100 }, (_, number) =>
          tell(other, { type: 'numbered', number } as Message),
        );
        return [{ ...state, askedBy: replyTo }, ...numbers, ask(other, { type: 'numbers' }, 'other', 20_000)];
      }
      case 'answer':
        return [state, tell(state.askedBy!, (message as unknown as { message: Message }).message)];
      case 'throw':
        throw new Error('told to');
      case 'end':
        return [state, stop()];
      default:
        return [state];
    }
  },
};

const system = new ActorSystem({ node: 'a', root, clock: systemClock, random: systemRandom, ports: {} });
system.start(root, counter, null);
system.setDefaultRoute(new MessagePortLink<Envelope>(port));
