/** `push-edge` and `pull-edge`: admit a client, choose the shard that its session will belong to, hand it over. */
import type { Publish, View } from '../protocol.ts';
import { type Address, addressOf } from '../runtime/address.ts';
import type { Behaviour, Self, Step } from '../runtime/behaviour.ts';
import { tell } from '../runtime/effects.ts';
import { refused } from '../sessions/connection.ts';
import { type OpenSession, type ShardFacts, shardPath } from '../sessions/facts.ts';
import { makeSessionToken, sessionIdOf } from '../sessions/session-id.ts';
import type { Draining } from './drain-messages.ts';
import type { ShardLoaded, ShardsReady, WhoIsReady } from './messages.ts';
import { ShardChoice } from './shard-choice.ts';

/** A shard is up again within a second; a client that asks again then finds it. */
const STARTING_RETRY_SECONDS = 1;

/** A crowd that joins is over in seconds; who asks again at once is part of the load. */
const FULL_RETRY_SECONDS = 3;

interface EdgeState {
  /** Takes nobody: the node is being emptied. */
  readonly isDraining: boolean;
  readonly ready: readonly ShardFacts[];
  /** Changed in place. The other edge of the node has its own, and each sees what the other places in the next reports. */
  readonly choice: ShardChoice;
}

type EdgeMessage = Publish | View | ShardsReady | ShardLoaded | Draining;

export function edge(name: 'push-edge' | 'pull-edge'): Behaviour<null, EdgeState, EdgeMessage> {
  return {
    name,
    restart: 'always',
    // One that is started again has missed what `shards` said.
    start: (_args, self) => [
      { isDraining: false, ready: [], choice: new ShardChoice() },
      tell(addressOf(self.address.node, '/shards'), whoIsReady(self.address)),
    ],
    receive(state, message, self) {
      switch (message.type) {
        case 'shards-ready': {
          const { count, shards } = message;
          const running = shards.map(({ shard }) => shard);
          state.choice.running(self.nowMs, count, running);
          return [{ ...state, ready: shards }];
        }
        case 'shard-loaded':
          state.choice.reported(self.nowMs, message.shard, message.load);
          return [state];
        case 'draining':
          return [{ ...state, isDraining: message.isDraining }];
        case 'publish':
        case 'view':
          return admit(state, message, self);
        default:
          return [state];
      }
    },
  };
}

function whoIsReady(replyTo: Address): WhoIsReady {
  return { type: 'who-is-ready', replyTo };
}

function admit(state: EdgeState, message: Publish | View, self: Self): Step<EdgeState> {
  const { stream, uid, offer, replyTo } = message;
  if (state.isDraining) {
    const detail = 'This node is being drained, and takes nobody any more.';
    return [state, tell(replyTo, refused(503, 'Node draining', detail, FULL_RETRY_SECONDS))];
  }
  const token = makeSessionToken(self.random);
  const chosen = state.choice.choose(uid, token);
  if (chosen === 'all overloaded') {
    const detail = 'Every core of this node has all that it can carry.';
    return [state, tell(replyTo, refused(503, 'Edge full', detail, FULL_RETRY_SECONDS))];
  }
  const facts = state.ready.find(({ shard }) => shard === chosen);
  if (facts === undefined) {
    const detail = 'No core shard of this node is running at the moment.';
    return [state, tell(replyTo, refused(503, 'Edge not ready', detail, STARTING_RETRY_SECONDS))];
  }
  const isPlain = message.type === 'view' && message.isPlain === true;
  if (isPlain && facts.allowsPlainRtp !== true) {
    const detail = 'This node encrypts all media: media.encryption is on, so "encryption" cannot be false.';
    return [state, tell(replyTo, refused(403, 'Encryption required', detail))];
  }
  const role = message.type === 'publish' ? 'publisher' : 'viewer';
  const node = facts.scheduler === undefined ? undefined : facts.node;
  const open: OpenSession = {
    type: 'open',
    session: sessionIdOf(role, facts.shard, token, node),
    stream,
    ...(uid !== undefined && { uid }),
    ...(offer !== undefined && { offer }),
    ...(isPlain && { isPlain }),
    ...(message.type === 'publish' && message.afterEpoch !== undefined && { afterEpoch: message.afterEpoch }),
    replyTo,
  };
  const supervisor = `${shardPath(facts.shard)}/${role === 'publisher' ? 'pushes' : 'pulls'}`;
  return [state, tell(addressOf(self.address.node, supervisor), open)];
}
