/** The registry that schedulers share, in Redis: the port `registry` of a scheduler's node. */
import { createHash } from 'node:crypto';
import type { Address } from '../actors/runtime/address.ts';
import type { Message } from '../actors/runtime/behaviour.ts';
import type {
  RegistryCommand,
  RegistryConnected,
  RegistryHeard,
  RegistryLost,
  RegistryRead,
} from '../actors/scheduler/shared-messages.ts';
import type { Clock } from '../transports/clock.ts';
import { LeaseStore } from '../transports/redis/lease-store.socket.ts';
import type { ClusterKeys } from '../transports/zeromq/keys.ts';

/** As many hexadecimal digits tell any two clusters apart that share a Redis by mistake. */
const PREFIX_DIGITS = 12;

export interface RegistryStoreOptions {
  readonly url: string;
  readonly keys: ClusterKeys;
  readonly node: string;
  readonly clock: Clock;
  readonly tell: (to: Address, message: Message) => void;
}

export class RegistryStore {
  readonly #store: LeaseStore;
  readonly #tell: RegistryStoreOptions['tell'];
  /** The actor that has opened it. */
  #owner: Address | undefined;

  constructor({ url, keys, node, clock, tell }: RegistryStoreOptions) {
    const toOwner = (message: RegistryConnected | RegistryLost | RegistryHeard) => {
      if (this.#owner !== undefined) tell(this.#owner, message);
    };
    this.#store = new LeaseStore({
      url,
      prefix: prefixOf(keys),
      name: `zrtc-${node}`,
      clock,
      onConnected: () => toOwner({ type: 'registry-connected' }),
      onLost: reason => toOwner({ type: 'registry-lost', reason }),
      onPublished: text => toOwner({ type: 'registry-heard', text }),
    });
    this.#tell = tell;
  }

  perform(command: RegistryCommand, from: Address): void {
    switch (command.do) {
      case 'open':
        this.#owner = from;
        this.#store.open();
        return;
      case 'close':
        this.#store.close();
        return;
      case 'reconnect':
        this.#store.reconnect();
        return;
      case 'read':
        this.#store.readAll((texts, highest) => {
          const read: RegistryRead = { type: 'registry-read', texts, newestEpoch: highest };
          this.#tell(from, read);
        });
        return;
      case 'keep':
        this.#store.keep(command.key, command.text, command.leaseMs);
        return;
      case 'drop':
        this.#store.drop(command.key);
        return;
      case 'publish':
        this.#store.publish(command.text);
        return;
      case 'raise':
        this.#store.raise(command.epoch);
        return;
      default:
        command satisfies never;
    }
  }

  close(): void {
    this.#store.close();
  }
}

/** Each cluster has names of its own in Redis: those of another have other keys. */
function prefixOf({ server }: ClusterKeys): string {
  return `zrtc:${createHash('sha256').update(server.publicKey).digest('hex').slice(0, PREFIX_DIGITS)}:`;
}
