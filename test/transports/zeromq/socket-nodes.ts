/** What the tests with real sockets share: nodes with links on 127.0.0.1, and waiting for what comes to be. */
import type { ExecutionContext } from 'ava';
import { Dealer, type SocketOptions } from 'zeromq';
import { systemClock } from '../../../transports/clock.ts';
import { systemRandom } from '../../../transports/random.ts';
import type { ItemPort } from '../../../transports/zeromq/item-link.ts';
import { makeClusterKeys } from '../../../transports/zeromq/keys.ts';
import type { LinkEnd } from '../../../transports/zeromq/link-end.ts';
import type { LinkLogEntry } from '../../../transports/zeromq/link-log.ts';
import type { Peer } from '../../../transports/zeromq/node-link.ts';
import { NodeLinks, type NodeLinksOptions } from '../../../transports/zeromq/node-links.socket.ts';
import { type Item, isItem } from './links-world.ts';

export const keys = makeClusterKeys();

export interface SocketNode {
  readonly links: NodeLinks<Item>;
  readonly endpoint: string;
  readonly up: Map<string, { readonly peer: Peer; readonly port: ItemPort<Item> }>;
  readonly items: Item[];
  readonly ends: LinkEnd[];
  readonly log: LinkLogEntry[];
}

/** A node that listens on a port of its own, and is closed when the test ends. */
export async function socketNode(
  t: ExecutionContext,
  node: string,
  options: Partial<NodeLinksOptions<Item>> & { readonly listen?: string } = {},
): Promise<SocketNode> {
  const up: SocketNode['up'] = new Map();
  const items: Item[] = [];
  const ends: LinkEnd[] = [];
  const log: LinkLogEntry[] = [];
  const links = new NodeLinks<Item>({
    node,
    incarnation: 1,
    keys,
    clock: systemClock,
    random: systemRandom,
    facts: {},
    isItem,
    onUp(peer, port) {
      up.set(peer.node, { peer, port });
      port.listen(
        item => items.push(item),
        () => up.delete(peer.node),
      );
    },
    onDown: (_peer, end) => ends.push(end),
    log: entry => log.push(entry),
    ...options,
  });
  t.teardown(() => links.close());
  const endpoint = await links.listen(options.listen ?? 'tcp://127.0.0.1:*');
  return { links, endpoint, up, items, ends, log };
}

/** Somebody who has the keys, and is no node of ours. */
export function member(endpoint: string, options: SocketOptions<Dealer> = {}): Dealer {
  const socket = new Dealer({
    linger: 0,
    reconnectInterval: -1,
    curveServerKey: keys.server.publicKey,
    curvePublicKey: keys.client.publicKey,
    curveSecretKey: keys.client.secretKey,
    ...options,
  });
  socket.connect(endpoint);
  return socket;
}

/** Resolves when `isSo`; rejects when it is not within `limitMs`. */
export async function until(isSo: () => boolean, limitMs = 5_000): Promise<void> {
  const endMs = systemClock.nowMs() + limitMs;
  while (!isSo()) {
    if (systemClock.nowMs() > endMs) throw new Error(`not within ${limitMs} ms: ${isSo}`);
    await new Promise<void>(resolve => systemClock.setTimer(2, resolve));
  }
}
