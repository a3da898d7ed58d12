import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import test from 'ava';
import { loadNativeLoad, type NativeCrowd } from '../../../simulations/load/native-load.ts';
import { buildStun } from '../../../transports/stun/build.ts';
import { integrityMatches } from '../../../transports/stun/integrity.ts';
import { parseStun } from '../../../transports/stun/message.ts';
import { eventually } from '../../support/node.ts';

const SSRC = 0x8000_0001;
const password = 'a-server-s-password-of-24';

/** A server as far as a crowd knows: what comes to it, and from whom. */
async function serverOf(t: { teardown(end: () => void): void }) {
  const socket = createSocket('udp4');
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const received: { readonly bytes: Buffer; readonly from: string }[] = [];
  socket.on('message', (bytes, { address }) => received.push({ bytes, from: address }));
  t.teardown(() => socket.close());
  return { socket, received, port: socket.address().port };
}

function crowdOf(t: { teardown(end: () => void): void }) {
  const { NativeCrowd } = loadNativeLoad();
  const told: string[] = [];
  const crowd = new NativeCrowd(
    viewer => told.push(`${viewer} checked`),
    (viewer, bytes) => told.push(`${viewer} ${bytes[0]}`),
  );
  const opened = crowd.open(1024 * 1024);
  if (typeof opened === 'number') throw new Error(`errno ${-opened}`);
  t.teardown(() => crowd.close());
  return { crowd, told, port: opened[0] };
}

function connect(crowd: NativeCrowd, viewer: number, port: number): boolean {
  return crowd.connect(viewer, '127.0.0.1', port, 'theirs:ours', password, SSRC, 0);
}

test('each viewer checks from an address of its own, authentically, until it is answered authentically', async t => {
  const { socket, received, port } = await serverOf(t);
  const { crowd, told, port: crowdPort } = crowdOf(t);
  for (const isSample of [false, true]) t.true(connect(crowd, crowd.add(isSample), port));
  await eventually('checks', 5000, () => (received.length >= 2 ? true : undefined));
  t.deepEqual(new Set(received.map(({ from }) => from)), new Set(['127.1.0.1', '127.1.0.2']));
  const { bytes } = received.find(({ from }) => from === '127.1.0.2')!;
  const check = parseStun(bytes)!;
  t.like(check, { class: 'request', fingerprint: 'valid', unknownRequired: [] });
  t.like(check.attributes, { username: 'theirs:ours', useCandidate: true, iceControlling: 1n });
  t.true(integrityMatches(bytes, check.integrityOffset!, password));

  const last = () => parseStun(received.findLast(({ from }) => from === '127.1.0.2')!.bytes)!.transactionId;
  const answer = (transactionId: Uint8Array, key: string) =>
    socket.send(buildStun({ class: 'success', transactionId, password: key }), crowdPort, '127.1.0.2');
  answer(last(), 'another-server-s-password');
  answer(new Uint8Array(12), password);
  await eventually('answer that counts', 5000, () => {
    answer(last(), password);
    return told.length > 0 ? true : undefined;
  });
  t.deepEqual(told, ['1 checked']);
});

test('DTLS is handed on, and leaves by the viewer’s own address', async t => {
  const { socket, received, port } = await serverOf(t);
  const { crowd, told, port: crowdPort } = crowdOf(t);
  connect(crowd, crowd.add(false), port);
  socket.send(Uint8Array.of(22, 1, 2, 3), crowdPort, '127.1.0.1');
  await eventually('DTLS', 5000, () => told[0]);
  t.deepEqual(told, ['0 22']);
  crowd.sendDtls(0, Uint8Array.of(22, 9));
  const sent = await eventually('answer', 5000, () => received.find(({ bytes }) => bytes[0] === 22));
  t.is(sent.from, '127.1.0.1');
  t.deepEqual([...sent.bytes], [22, 9]);
});

function rtp(sequenceNumber: number, ssrc = SSRC): Buffer {
  const packet = Buffer.alloc(20);
  packet[0] = 0x80;
  packet.writeUInt16BE(sequenceNumber & 0xffff, 2);
  packet.writeUInt32BE(ssrc, 8);
  return packet;
}

/** Of which the order, the gaps and the repetitions are counted, from every kind of first number. */
for (const first of [0, 1, 1000, 0x7fff, 0xfffd, 0xffff]) {
  test(`packets from ${first} on are counted by their numbers`, async t => {
    const { socket, port } = await serverOf(t);
    const { crowd, port: crowdPort } = crowdOf(t);
    const viewer = crowd.add(false);
    connect(crowd, viewer, port);
    const counts = () => crowd.counts(viewer)!;
    const came = async (numbers: readonly number[]) => {
      const before = counts()[0] + counts()[3];
      for (const number of numbers) socket.send(rtp(first + number), crowdPort, '127.1.0.1');
      await eventually('all', 5000, () =>
        counts()[0] + counts()[3] >= before + numbers.length ? true : undefined,
      );
    };
    await came([0, 1, 2]);
    t.deepEqual(counts().slice(0, 4), [3, 60, 0, 0]);
    await came([5, 6]);
    t.deepEqual(counts().slice(0, 4), [5, 100, 2, 0]);
    await came([4, 4, 6, 1]);
    t.deepEqual(counts().slice(0, 4), [6, 180, 1, 3]);
    await came([-1, 2000]);
    t.deepEqual(counts().slice(0, 4), [8, 220, 2002 - 8, 3]);
    t.true(counts()[4] > 0);

    crowd.measure(0, 0);
    t.deepEqual(counts().slice(0, 4), [0, 0, 0, 0]);
    await came([2001]);
    t.deepEqual(counts().slice(0, 4), [1, 20, 0, 0]);
    crowd.remove(viewer);
    t.is(crowd.counts(viewer), undefined);
  });
}

test('of other sources, of other viewers and of nobody nothing is counted', async t => {
  const { socket, port } = await serverOf(t);
  const { crowd, port: crowdPort } = crowdOf(t);
  const viewer = crowd.add(false);
  connect(crowd, viewer, port);
  for (const [packet, to] of [
    [rtp(1, SSRC + 1), '127.1.0.1'],
    [rtp(1, 0), '127.1.0.1'],
    [rtp(1), '127.1.0.2'],
    [rtp(1), '127.0.0.1'],
    [rtp(1).subarray(0, 11), '127.1.0.1'],
    [Buffer.alloc(0), '127.1.0.1'],
    [rtp(2), '127.1.0.1'],
  ] as const)
    socket.send(packet, crowdPort, to);
  await eventually('the last', 5000, () => (crowd.counts(viewer)![0] > 0 ? true : undefined));
  t.deepEqual(crowd.counts(viewer)!.slice(0, 4), [1, 20, 0, 0]);
});

test('nobody’s number and what no server offers are refused', t => {
  const { crowd } = crowdOf(t);
  t.false(connect(crowd, 7, 9));
  const viewer = crowd.add(false);
  t.false(crowd.connect(viewer, 'example.org', 9, 'theirs:ours', password, SSRC, 0));
  t.false(crowd.connect(viewer, '127.0.0.1', 9, 'theirs:ours', 'x'.repeat(65), SSRC, 0));
  t.throws(() =>
    crowd.secure(
      viewer,
      true,
      new Uint8Array(15),
      new Uint8Array(12),
      new Uint8Array(16),
      new Uint8Array(12),
    ),
  );
});
