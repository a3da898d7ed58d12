/** An actor system that is linked to others over ZeroMQ, as a node's main thread is. */

import type { Address } from '../../../actors/runtime/address.ts';
import type { Behaviour, Message } from '../../../actors/runtime/behaviour.ts';
import { tell } from '../../../actors/runtime/effects.ts';
import { isEnvelope } from '../../../actors/runtime/is-envelope.ts';
import type { Envelope } from '../../../actors/runtime/link.ts';
import { ActorSystem } from '../../../actors/runtime/system.ts';
import { systemClock } from '../../../transports/clock.ts';
import { systemRandom } from '../../../transports/random.ts';
import type { ClusterKeys } from '../../../transports/zeromq/keys.ts';
import { NodeLinks } from '../../../transports/zeromq/node-links.socket.ts';

interface Asked extends Message {
  readonly text: string;
  readonly replyTo: Address;
}

/** Answers with what it was asked, and how many questions it has had. */
export const echo: Behaviour<null, number, Asked> = {
  name: 'echo',
  restart: 'always',
  start: () => [0],
  receive(count, message) {
    if (message.type !== 'echo') return [count];
    const { replyTo, text } = message as Asked;
    return [count + 1, tell(replyTo, { type: 'echoed', text, count: count + 1 } as Message)];
  },
};

export interface LinkedSystem {
  readonly system: ActorSystem;
  readonly links: NodeLinks<Envelope>;
  readonly endpoint: string;
  /** Node and incarnation of each link that came up. */
  readonly ups: string[];
  close(): Promise<void>;
}

export async function linkedSystem(node: string, keys: ClusterKeys): Promise<LinkedSystem> {
  const ups: string[] = [];
  const system = new ActorSystem({ node, root: '', clock: systemClock, random: systemRandom, ports: {} });
  const links = new NodeLinks<Envelope>({
    node,
    incarnation: Math.round(systemClock.wallMs()),
    keys,
    clock: systemClock,
    random: systemRandom,
    facts: {},
    isItem: isEnvelope,
    onUp(peer, link) {
      ups.push(`${peer.node} ${peer.incarnation}`);
      system.attachNode(peer.node, link);
    },
  });
  const endpoint = await links.listen('tcp://127.0.0.1:*');
  system.start('/echo', echo, null);
  return {
    system,
    links,
    endpoint,
    ups,
    async close() {
      await system.stop();
      await links.close();
    },
  };
}
