/**
 * `/registry`, beside a scheduler that is one of several: holds the connection to the registry that they share, tells
 * the others what its own scheduler was told, and that one what the others tell.
 */
import { type Address, addressOf } from '../runtime/address.ts';
import type { Behaviour, Self, SystemMessage } from '../runtime/behaviour.ts';
import { type Effect, perform, tell, timer } from '../runtime/effects.ts';
import type {
  RegistryConnected,
  RegistryHeard,
  RegistryLost,
  RegistryRead,
  Share,
  TellAll,
} from './shared-messages.ts';
import { SharedRegistry } from './shared-registry.ts';

interface RegistryLinkState {
  readonly scheduler: Address;
  readonly registry: SharedRegistry;
  /** What the log was told last. */
  said: 'away' | 'sharing' | undefined;
  isWaiting: boolean;
}

type RegistryLinkMessage =
  | Share
  | TellAll
  | RegistryConnected
  | RegistryLost
  | RegistryHeard
  | RegistryRead
  | { readonly type: 'time' };

export const registryLink: Behaviour<Address, RegistryLinkState, RegistryLinkMessage> = {
  name: 'registry',
  restart: 'always',
  start: (scheduler, { address }) => [
    {
      scheduler,
      registry: new SharedRegistry(address.node, address.incarnation),
      said: undefined,
      isWaiting: false,
    },
    perform('registry', { do: 'open' }),
  ],
  receive(state, message, self) {
    const { registry } = state;
    const { nowMs } = self;
    switch (message.type) {
      case 'share':
        registry.share(self.wallMs, message.word);
        break;
      case 'tell-all':
        registry.tellAll(nowMs);
        break;
      case 'registry-connected':
        registry.connected(nowMs);
        break;
      case 'registry-lost':
        registry.lost();
        break;
      case 'registry-heard':
        registry.heard(nowMs, message.text);
        break;
      case 'registry-read':
        registry.read(message.texts, message.newestEpoch);
        break;
      case 'time':
        state.isWaiting = false;
        break;
      default:
        break;
    }
    registry.advance(nowMs);
    return [state, ...drain(state), ...said(state, message), ...wait(state, self)];
  },
  stopped: () => [perform('registry', { do: 'close' })],
};

export function registryAddress(node: string): Address {
  return addressOf(node, '/registry');
}

function drain({ registry, scheduler }: RegistryLinkState): readonly Effect[] {
  const effects: Effect[] = [];
  for (let output = registry.poll(); output !== undefined; output = registry.poll()) {
    effects.push(
      output.kind === 'command' ? perform('registry', output.command) : tell(scheduler, output.message),
    );
  }
  return effects;
}

/** One line for each change: it is away from when it is lost until all has been read again. */
function said(state: RegistryLinkState, message: RegistryLinkMessage | SystemMessage): readonly Effect[] {
  const { standing } = state.registry;
  if (standing === 'sharing' && state.said !== 'sharing') {
    state.said = 'sharing';
    const text = 'the registry is shared with the other schedulers';
    return [perform('log', { level: 'info', message: text, event: 'registry-shared' })];
  }
  const isNews = message.type === 'registry-lost' || message.type === 'time';
  if (standing !== 'away' || !isNews || state.said === 'away') return [];
  state.said = 'away';
  const reason = message.type === 'registry-lost' ? message.reason : 'no answer';
  const text = `the registry is away: ${reason}; nodes speak to every scheduler until it is back`;
  return [perform('log', { level: 'warn', message: text, event: 'registry-away' })];
}

/** One timer; when it fires too early it is set again. */
function wait(state: RegistryLinkState, { nowMs }: Self): readonly Effect[] {
  const deadline = state.registry.deadline();
  if (state.isWaiting || deadline === undefined) return [];
  state.isWaiting = true;
  return [timer('time', Math.max(0, deadline.atMs - nowMs), { type: 'time' })];
}
