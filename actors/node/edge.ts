/** `push-edge` and `pull-edge`: admit a client, choose the shard that its session will belong to, hand it over. */
import type { Publish, View } from '../protocol.ts';
import { type Address, addressOf } from '../runtime/address.ts';
import type { Behaviour, Self, Step } from '../runtime/behaviour.ts';
import { tell } from '../runtime/effects.ts';
import { refused } from '../sessions/connection.ts';
import { type OpenSession, type ShardFacts, shardPath } from '../sessions/facts.ts';
import { makeSessionId } from '../sessions/session-id.ts';
import type { ShardsReady, WhoIsReady } from './messages.ts';

/** A shard is up again within a second; a client that asks again then finds it. */
const STARTING_RETRY_SECONDS = 1;

type Ready = readonly ShardFacts[];

export function edge(name: 'push-edge' | 'pull-edge'): Behaviour<null, Ready, Publish | View | ShardsReady> {
  return {
    name,
    restart: 'always',
    // One that is started again has missed what `shards` said.
    start: (_args, self) => [[], tell(addressOf(self.address.node, '/shards'), whoIsReady(self.address))],
    receive(ready, message, self) {
      switch (message.type) {
        case 'shards-ready':
          return [message.shards];
        case 'publish':
        case 'view':
          return admit(ready, message, self);
        default:
          return [ready];
      }
    },
  };
}

function whoIsReady(replyTo: Address): WhoIsReady {
  return { type: 'who-is-ready', replyTo };
}

function admit(ready: Ready, message: Publish | View, self: Self): Step<Ready> {
  // One core for now: its shard takes everybody.
  const facts = ready[0];
  if (facts === undefined) {
    const detail = 'No core shard of this node is running at the moment.';
    return [ready, tell(message.replyTo, refused(503, 'Edge not ready', detail, STARTING_RETRY_SECONDS))];
  }
  const role = message.type === 'publish' ? 'publisher' : 'viewer';
  const { stream, uid, offer, replyTo } = message;
  const open: OpenSession = {
    type: 'open',
    session: makeSessionId(
      role,
      facts.shard,
      self.random,
      facts.scheduler === undefined ? undefined : facts.node,
    ),
    stream,
    ...(uid !== undefined && { uid }),
    ...(offer !== undefined && { offer }),
    replyTo,
  };
  const supervisor = `${shardPath(facts.shard)}/${role === 'publisher' ? 'pushes' : 'pulls'}`;
  return [ready, tell(addressOf(self.address.node, supervisor), open)];
}
