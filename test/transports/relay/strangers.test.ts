import test from 'ava';
import fc from 'fast-check';
import { parseDatagram, writeDatagram } from '../../../transports/relay/datagram.ts';
import { HELLO_BYTES, writeHello } from '../../../transports/relay/greeting.ts';
import { HALF_OPEN_MAX, HALF_OPEN_MAX_MS } from '../../../transports/relay/limits.ts';
import { mutated, mutationRuns } from '../rtp/mutated.ts';
import { EAST, grantAll, media, SOUTH, upPair, WEST, World } from './world.ts';

const versions = { lowest: 1, highest: 1 };

function hello(linkId: number, node = 'stranger', range = versions): Uint8Array {
  const payload = writeHello({ linkId, versions: range, from: { node, incarnation: 1 } });
  return writeDatagram({ type: 'hello', version: range.highest, linkId: 0, payload });
}

/** All that went over the wire while a stream was subscribed, sent, and ended. */
function sample() {
  const pair = upPair();
  const { world, east, west, eastLink, westLink } = pair;
  const toEast: Uint8Array[] = [];
  const { send } = west.socket;
  west.socket.send = (bytes, path) => {
    toEast.push(bytes.slice());
    send(bytes, path);
  };
  grantAll(east);
  const id = west.with(westLink, (link, nowMs) => link.subscribe(nowMs, 'math-101', ['west'])) as number;
  world.run(600);
  for (let number = 0; number < 5; number += 1)
    east.with(eastLink, (link, nowMs) => link.sendMedia(nowMs, 1, 'video', media(number)));
  world.run(100);
  west.with(westLink, (link, nowMs) => link.requestKeyframe(nowMs, id));
  world.run(100);
  return { ...pair, toEast };
}

test('broken datagrams from a stranger change nothing and are worth no answer longer than they', t => {
  const { east, eastLink, toEast } = sample();
  const samples = [...toEast, hello(7)];
  const held = JSON.stringify(eastLink.held);
  const told = east.told.length;
  const path = { ...east.pathTo(SOUTH), remotePort: 9 };
  fc.assert(
    fc.property(mutated(samples), bytes => {
      east.links.receive(east.nowMs, bytes, path);
      for (let output = east.links.poll(); output !== undefined; output = east.links.poll())
        if (output.kind !== 'send' || output.bytes.length > bytes.length || output.path !== path)
          return false;
      return true;
    }),
    mutationRuns,
  );
  t.is(east.told.length, told);
  t.is(eastLink.state, 'up');
  t.is(JSON.stringify(eastLink.held), held);
  t.true(east.links.counters.wrongPath > 0 && east.links.counters.malformed > 0);
  t.true(east.links.size <= HALF_OPEN_MAX + 1);
});

test('broken datagrams by the path of a peer never throw, and hold no more than the limits', t => {
  const { east, eastLink, toEast } = sample();
  fc.assert(
    fc.property(mutated(toEast), bytes => {
      const datagram = parseDatagram(bytes);
      if (datagram === undefined || datagram.type === 'close') return true;
      east.links.receive(east.nowMs, bytes, east.pathTo(WEST));
      let count = 0;
      for (let output = east.links.poll(); output !== undefined; output = east.links.poll()) count += 1;
      return count < 10;
    }),
    mutationRuns,
  );
  t.is(eastLink.state, 'up');
  t.true(
    eastLink.counters.datagramsRefused + eastLink.counters.segmentsRefused + eastLink.counters.strayData >
      100,
  );
  t.true(eastLink.held.early <= 256);
});

test('noise makes no link and gets no answer', t => {
  const world = new World();
  const east = world.host(EAST);
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), bytes => {
      east.links.receive(0, bytes, east.pathTo(SOUTH));
      return east.links.poll() === undefined;
    }),
    mutationRuns,
  );
  t.is(east.links.size, 0);
  t.is(east.links.deadline(), undefined);
});

test('every answer to a hello is shorter than the hello, whatever the names', t => {
  const node = 'n'.repeat(63);
  const refusal = 'because of everything that there is to say '.repeat(9);
  const answers: number[] = [];
  for (const options of [{}, { refuses: () => refusal }, { versions: { lowest: 9, highest: 9 } }]) {
    const east = new World().host(EAST, { self: { node, incarnation: 2 ** 48 - 1 }, ...options });
    east.links.receive(0, hello(7), east.pathTo(SOUTH));
    const answer = east.links.poll();
    answers.push(answer?.kind === 'send' ? answer.bytes.length : 0);
    t.is(east.links.poll(), undefined);
  }
  t.true(
    answers.every(byteCount => byteCount > 6 && byteCount <= HELLO_BYTES),
    answers.join(),
  );
});

test('a link that the owner refuses leaves nothing behind, and the opener learns why', t => {
  const world = new World();
  const east = world.host(EAST, {
    refuses: ({ node }) => (node === `node-${WEST}` ? 'not in this cluster' : undefined),
  });
  const west = world.host(WEST);
  const south = world.host(SOUTH);
  west.open(EAST);
  south.open(EAST);
  world.run(100);
  t.deepEqual(
    west.told.map(told => told.kind === 'down' && told.reason),
    ['refused: not in this cluster'],
  );
  t.is(south.of('up').length, 1);
  t.is(east.links.size, 1);
  t.is(east.links.counters.refusedNotAllowed, 1);
});

test('hellos that are never confirmed hold no more than their limit, and not for long', t => {
  const { world, east, eastLink } = upPair();
  for (let linkId = 1; linkId <= HALF_OPEN_MAX + 50; linkId += 1)
    east.links.receive(east.nowMs, hello(linkId), east.pathTo(SOUTH));
  east.drain();
  t.is(east.links.halfOpenCount, HALF_OPEN_MAX);
  t.is(east.links.counters.refusedBusy, 50);
  world.run(HALF_OPEN_MAX_MS);
  t.is(east.links.halfOpenCount, 0);
  t.is(east.links.size, 1);
  t.is(eastLink.state, 'up');
  t.deepEqual(east.of('down'), [], 'nobody hears of links that never were');
});

test('a hello that comes again is the same link', t => {
  const world = new World();
  const east = world.host(EAST);
  for (let count = 0; count < 5; count += 1) east.links.receive(0, hello(7), east.pathTo(SOUTH));
  t.is(east.links.size, 1);
});

test('nobody speaks for a peer by another path', t => {
  const { world, east, eastLink } = upPair();
  const close = writeDatagram({
    type: 'close',
    version: 1,
    linkId: eastLink.localId,
    payload: Buffer.from('bye'),
  });
  for (const path of [east.pathTo(SOUTH), { ...east.pathTo(WEST), remotePort: 9 }])
    east.links.receive(east.nowMs, close, path);
  east.drain();
  world.run(100);
  t.is(eastLink.state, 'up');
  t.is(east.links.counters.wrongPath, 2);
});
