import test from 'ava';
import fc from 'fast-check';
import { parseDatagram } from '../../../transports/relay/datagram.ts';
import { deriveLinkSecrets } from '../../../transports/relay/link-keys.ts';
import { mutated, mutationRuns } from '../rtp/mutated.ts';
import { captureTo } from './captured.ts';
import { EAST, grantAll, media, SOUTH, WEST, World } from './world.ts';

/** All that west sent while a link was opened, and a stream subscribed, sent, and asked for. */
function sample() {
  const world = new World();
  const east = world.host(EAST);
  const west = world.host(WEST);
  const toEast = captureTo(west);
  const westLink = west.open(EAST);
  grantAll(east);
  world.run(1_000);
  const eastLink = east.of('up')[0]!.link;
  const id = west.with(westLink, (link, nowMs) => link.subscribe(nowMs, 'math-101', ['west'])) as number;
  world.run(600);
  for (let number = 0; number < 5; number += 1)
    east.with(eastLink, (link, nowMs) => link.sendMedia(nowMs, 1, 'video', media(number)));
  world.run(100);
  west.with(westLink, (link, nowMs) => link.requestKeyframe(nowMs, id));
  world.run(100);
  return { world, east, west, eastLink, westLink, toEast };
}

test('broken datagrams change nothing and get no answer, by whatever path they come', t => {
  const { east, eastLink, toEast } = sample();
  const whole = new Set(toEast.map(hex));
  const held = JSON.stringify(eastLink.held);
  const told = east.told.length;
  for (const path of [east.pathTo(WEST), { ...east.pathTo(SOUTH), remotePort: 9 }]) {
    fc.assert(
      fc.property(mutated(toEast), bytes => {
        if (whole.has(hex(bytes))) return true;
        east.links.receive(east.nowMs, bytes, path);
        return east.links.poll() === undefined;
      }),
      mutationRuns,
    );
  }
  t.is(east.told.length, told);
  t.is(eastLink.state, 'up');
  t.is(JSON.stringify(eastLink.held), held);
  const { malformed, strangers, unknownLink } = east.links.counters;
  t.true([malformed, strangers, unknownLink, eastLink.counters.datagramsForged].every(count => count > 50));
  t.is(eastLink.counters.pathChanges, 0);
  t.is(east.links.size, 1);
});

test('what has come before changes nothing, and of what is sealed nothing is answered', t => {
  const { east, eastLink, toEast } = sample();
  const held = JSON.stringify(eastLink.held);
  const told = east.told.length;
  const isSealed = (bytes: Uint8Array) => !isGreeting(bytes);
  for (const path of [east.pathTo(WEST), east.pathTo(SOUTH)]) {
    for (const bytes of toEast.filter(isSealed)) {
      east.links.receive(east.nowMs, bytes, path);
      t.is(east.links.poll(), undefined);
    }
  }
  t.is(eastLink.counters.datagramsReplayed, 2 * toEast.filter(isSealed).length);
  t.is(eastLink.counters.datagramsForged, 0);
  t.deepEqual([JSON.stringify(eastLink.held), east.told.length], [held, told]);
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

test('a node of another cluster gets no answer, and nothing is kept for it', t => {
  const world = new World();
  const east = world.host(EAST);
  for (const [server, client] of [
    [3, 2],
    [1, 3],
  ] as const) {
    const secrets = deriveLinkSecrets(new Uint8Array(32).fill(server), new Uint8Array(32).fill(client));
    const stranger = world.host(server === 3 ? WEST : SOUTH, { secrets });
    stranger.open(EAST);
  }
  world.run(6_000);
  t.is(east.links.counters.strangers, 12);
  t.is(east.socket.counters.datagramsSent, 0);
  t.is(east.links.size, 0);
});

test('every answer is shorter than the hello, whatever the names', t => {
  const node = 'n'.repeat(63);
  const refusal = 'because of everything that there is to say '.repeat(9);
  for (const options of [{}, { refuses: () => refusal }, { versions: { lowest: 9, highest: 9 } }]) {
    const world = new World();
    const east = world.host(EAST, { self: { node, incarnation: 2 ** 48 - 1 }, ...options });
    const west = world.host(WEST, { self: { node, incarnation: 1 } });
    const [hellos, answers] = [captureTo(west), captureTo(east)];
    west.open(EAST);
    world.run(100);
    const lengths = answers.filter(isGreeting).map(({ length }) => length);
    t.true(lengths.length > 0 && lengths.every(length => length < hellos[0]!.length), lengths.join());
  }
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

function isGreeting(bytes: Uint8Array): boolean {
  return parseDatagram(bytes)?.type !== 'sealed';
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
