import test from 'ava';
import { helloFrame } from '../../../transports/zeromq/frame.ts';
import { OUTBOX_MAX_BYTES } from '../../../transports/zeromq/limits.ts';
import { ownVersions } from '../../../transports/zeromq/versions.ts';
import { member, type SocketNode, socketNode, until } from './socket-nodes.ts';

const ITEM_BYTES = 14_000;
const COUNT = Math.floor(OUTBOX_MAX_BYTES / (ITEM_BYTES + 100));

/** A peer that is linked, and then reads nothing. Its name is such that the hub decides. */
async function stalled(t: Parameters<typeof socketNode>[0], hub: SocketNode) {
  const socket = member(hub.endpoint, { receiveHighWaterMark: 1, receiveBufferSize: 64 * 1024 });
  t.teardown(() => socket.close());
  const self = { node: 'stalled', incarnation: 1, versions: ownVersions, facts: {} };
  await socket.send(helloFrame(1, self) as string[]);
  await until(() => hub.up.has('stalled'));
  return { socket, port: hub.up.get('stalled')!.port };
}

test('what waits for a peer that takes nothing holds nobody else up, and nothing of it is lost', async t => {
  const [hub, other] = [await socketNode(t, 'hub'), await socketNode(t, 'other')];
  other.links.connect(hub.endpoint);
  const { socket, port } = await stalled(t, hub);
  await until(() => hub.up.has('other'));
  for (let n = 0; n < COUNT; n += 1) port.post({ n, text: 'x'.repeat(ITEM_BYTES) });
  await until(() => hub.links.counters.itemsSent > 100);
  for (let n = 0; n < 10; n += 1) {
    hub.up.get('other')!.port.post({ n });
    await until(() => other.items.length === n + 1, 1_000);
  }
  t.true(hub.links.counters.itemsSent < COUNT, 'the peer was to be stalled');
  const numbers: number[] = [];
  while (numbers.length < COUNT) {
    const [, body] = await socket.receive();
    if (body !== undefined) numbers.push(...JSON.parse(body.toString()).map(({ n }: { n: number }) => n));
  }
  t.deepEqual(numbers, [...numbers.keys()]);
  t.deepEqual(hub.ends, []);
});

test('a peer that takes nothing for good is given up, the others are not', async t => {
  const [hub, other] = [await socketNode(t, 'hub'), await socketNode(t, 'other')];
  other.links.connect(hub.endpoint);
  const { port } = await stalled(t, hub);
  await until(() => hub.up.has('other'));
  for (let n = 0; n < COUNT * 3; n += 1) port.post({ n, text: 'x'.repeat(ITEM_BYTES) });
  t.deepEqual(hub.ends, [{ code: 'outbox full', words: 'more waited for it than a link holds', by: 'us' }]);
  hub.up.get('other')!.port.post({ n: 1 });
  await until(() => other.items.length === 1, 1_000);
  t.is(hub.links.counters.outboxOverflows, 1);
});
