import { connect } from 'node:net';
import test from 'ava';
import { Dealer } from 'zeromq';
import { makeClusterKeys } from '../../../transports/zeromq/keys.ts';
import { PART_MAX_BYTES } from '../../../transports/zeromq/limits.ts';
import { keys, member, type SocketNode, socketNode, until } from './socket-nodes.ts';

/** Two nodes that are linked; whatever is done to the first must not be felt by either. */
async function linkedPair(t: Parameters<typeof socketNode>[0]): Promise<readonly [SocketNode, SocketNode]> {
  const [a, b] = [await socketNode(t, 'a'), await socketNode(t, 'b')];
  b.links.connect(a.endpoint);
  await until(() => a.up.has('b') && b.up.has('a'));
  return [a, b];
}

async function stillWell([a, b]: readonly [SocketNode, SocketNode]): Promise<boolean> {
  b.up.get('a')!.port.post({ n: 7 });
  await until(() => a.items.at(-1)?.n === 7);
  return a.ends.length === 0 && b.ends.length === 0;
}

const mixed = makeClusterKeys();
const wrongKeys = {
  'all others': mixed,
  'another server pair': { server: mixed.server, client: keys.client },
  'another client pair': { server: keys.server, client: mixed.client },
};

for (const [what, theirs] of Object.entries(wrongKeys)) {
  test(`a node with wrong keys (${what}) cannot join, and says so in one line`, async t => {
    const pair = await linkedPair(t);
    const [a] = pair;
    const stranger = await socketNode(t, 'stranger', { keys: theirs });
    stranger.links.connect(a.endpoint);
    await until(() => stranger.log.length > 0 && a.log.some(({ strangers }) => strangers === 1));
    t.deepEqual(
      stranger.log.map(({ level, message }) => `${level}: ${message}`),
      [
        `error: cannot join ${a.endpoint}: the handshake failed: it has other cluster keys than we, or is no zrtc node`,
      ],
    );
    t.is(a.links.counters.handshakesFailed, 1);
    t.is(a.links.counters.strangers, 1);
    t.deepEqual([a.up.size, stranger.up.size], [1, 0]);
    t.true(await stillWell(pair));
  });
}

test('a node without keys cannot even try', async t => {
  const a = await socketNode(t, 'a');
  const options = { keys: undefined };
  const message = "tcp://127.0.0.1:* can only be used with the cluster's keys; zrtc keys makes them";
  await t.throwsAsync(() => socketNode(t, 'keyless', options), { message });
  const keyless = await socketNode(t, 'keyless', { ...options, listen: 'ipc://@zrtc-keyless-test' });
  t.throws(() => keyless.links.connect(a.endpoint), {
    message: /^tcp:.* can only be used with the cluster's keys/,
  });
});

test('bytes of strangers on the port are counted, and felt by nobody', async t => {
  const pair = await linkedPair(t);
  const [a] = pair;
  const port = Number(a.endpoint.split(':').at(-1));
  const greeting = Buffer.concat([Buffer.from([0xff, 0, 0, 0, 0, 0, 0, 0, 1, 0x7f]), Buffer.alloc(200, 7)]);
  for (const bytes of [`GET / HTTP/1.1\r\n\r\n${'x'.repeat(300)}`, Buffer.alloc(64), greeting]) {
    await new Promise<void>(resolve => {
      const socket = connect(port, '127.0.0.1', () => socket.write(bytes));
      socket.on('error', () => {});
      socket.on('close', () => resolve());
      socket.setTimeout(4_000, () => socket.destroy());
      socket.resume();
    });
  }
  await until(() => a.links.counters.strangers === 3);
  t.true(await stillWell(pair));
});

test('ZeroMQ without CURVE is a stranger too', async t => {
  const pair = await linkedPair(t);
  const socket = new Dealer({ linger: 0, reconnectInterval: -1 });
  t.teardown(() => socket.close());
  socket.connect(pair[0].endpoint);
  await socket.send('{"kind":"hello"}');
  await until(() => pair[0].links.counters.strangers === 1);
  t.is(pair[0].links.counters.unknownFrames, 0);
  t.true(await stillWell(pair));
});

test('a member that sends what is no frame is told so', async t => {
  const pair = await linkedPair(t);
  const socket = member(pair[0].endpoint);
  t.teardown(() => socket.close());
  await socket.send([Buffer.from([0xc3, 0x28]), '', 'x']);
  const [answer] = await socket.receive();
  t.like(JSON.parse(answer!.toString()), { kind: 'bye', node: 'a', words: 'what is no frame' });
  t.is(pair[0].links.counters.badFrames, 1);
  t.true(await stillWell(pair));
});

test('a member that sends too much at once is cut off', async t => {
  const pair = await linkedPair(t);
  const socket = member(pair[0].endpoint);
  t.teardown(() => socket.close());
  const cutOff = new Promise<void>(resolve => socket.events.on('disconnect', () => resolve()));
  await socket.send(Buffer.alloc(PART_MAX_BYTES + 1));
  await cutOff;
  t.is(pair[0].links.counters.unknownFrames, 0);
  t.true(await stillWell(pair));
});

test('a node of another version is refused with words on both sides; a neighbouring one is not', async t => {
  const pair = await linkedPair(t);
  const later = await socketNode(t, 'later', { versions: { lowest: 3, highest: 3 } });
  const next = await socketNode(t, 'next', { versions: { lowest: 1, highest: 2 } });
  for (const node of [later, next]) node.links.connect(pair[0].endpoint);
  await until(() => next.up.has('a') && later.log.length > 0);
  const words = 'a speaks version 1 of the protocol, later version 3';
  t.is(later.log[0]!.message, `cannot join ${pair[0].endpoint}: ${words}`);
  t.is(pair[0].log.find(({ node }) => node === 'later')?.message, `no link with later: ${words}`);
  t.is(next.up.get('a')!.peer.version, 1);
  t.true(await stillWell(pair));
});

test('a name that is taken is refused with words; a later incarnation takes the place of the older', async t => {
  const pair = await linkedPair(t);
  const [a, b] = pair;
  const double = await socketNode(t, 'b');
  double.links.connect(a.endpoint);
  await until(() => double.log.length > 0);
  t.is(double.log[0]!.message, `cannot join ${a.endpoint}: another node named b is linked, at ${b.endpoint}`);
  t.true(await stillWell(pair));
  const later = await socketNode(t, 'b', { incarnation: 2 });
  later.links.connect(a.endpoint);
  await until(() => later.up.has('a') && b.ends.length === 1);
  t.deepEqual(b.ends, [{ code: 'replaced', words: 'a later incarnation of b has come: 2', by: 'them' }]);
});
