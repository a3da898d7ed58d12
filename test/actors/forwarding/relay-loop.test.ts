import test from 'ava';
import { RelayForwarding } from '../../../actors/forwarding/relay-forwarding.ts';
import type { LinkNotice } from '../../../actors/relay/messages.ts';
import { addressOf } from '../../../actors/runtime/address.ts';

const owner = addressOf('b', '/shards/shard-0/relays/relay-link-c');
const parent = { node: 'c', address: '10.0.0.3', port: 7100 };

/** A node `b` that asks `c` for a stream, and is granted it with the path that the stream has travelled. */
function grantedBy(path: readonly string[]): {
  attached: string[];
  unsubscribed: number[];
  told: LinkNotice[];
} {
  const attached: string[] = [];
  const unsubscribed: number[] = [];
  const told: LinkNotice[] = [];
  const link = {
    localId: 1,
    subscribe: () => 7,
    unsubscribe: (_nowMs: number, id: number) => unsubscribed.push(id),
  };
  const outputs: object[] = [{ kind: 'link', link, output: { kind: 'subscribed', id: 7, epoch: 5, path } }];
  const links = { open: () => link, touch: () => {}, poll: () => outputs.shift(), size: 1 };
  const streams = { attachUpstream: (stream: string) => attached.push(stream) };
  const relays = new RelayForwarding({
    node: 'b',
    shard: 0,
    links: links as never,
    streams: streams as never,
    pathTo: () => ({ localAddress: '10.0.0.2', remoteAddress: parent.address, remotePort: parent.port }),
    notify: (_to, message) => told.push(message as LinkNotice),
    relays: addressOf('b', '/shards/shard-0/relays'),
  });
  relays.command(0, { do: 'open-link', peer: parent }, owner);
  relays.command(0, { do: 'fetch', stream: 'math-101', path: ['b'] }, owner);
  relays.settle(0, () => {});
  return { attached, unsubscribed, told };
}

test('a parent whose stream has come by way of this node is refused', t => {
  const { attached, unsubscribed, told } = grantedBy(['a', 'b', 'c']);
  t.deepEqual(attached, []);
  t.deepEqual(unsubscribed, [7]);
  t.like(told.at(-1), { type: 'fetch-over', stream: 'math-101' });
  t.regex((told.at(-1) as LinkNotice & { reason: string }).reason, /loop/);
});

test('one whose stream has come by others is taken', t => {
  const { attached, told } = grantedBy(['a', 'c']);
  t.deepEqual(attached, ['math-101']);
  t.deepEqual(told.at(-1), { type: 'fetch-begun', stream: 'math-101' });
});
