/** Links that find out what their path carries, on a path that drops what is longer without a word. */
import test from 'ava';
import { EAST, grantAll, type Host, media, upPair, WEST, World } from './world.ts';

const IP_UDP_BYTES = 48;
const BASE = 1_280;

/**
 * From now on nothing longer leaves the host than fits; or, by a kernel that knows what fits, in fragments what may be. The
 * lengths that were tried, and whether they might be fragmented.
 */
function carriesOnly(host: Host, mtuBytes: number, fragments = false) {
  const tried: { readonly mtuBytes: number; readonly dontFragment: boolean }[] = [];
  const { send } = host.socket;
  host.socket.send = (bytes, path, dontFragment = false) => {
    const length = bytes.length + IP_UDP_BYTES;
    tried.push({ mtuBytes: length, dontFragment });
    if (length <= mtuBytes || (fragments && !dontFragment)) send(bytes, path);
  };
  return tried;
}

function watching(mtuBytes: number, fragments = false) {
  const world = new World({ delayMs: 20 });
  const options = { mtuBytes: BASE, mostMtuBytes: 1_500 };
  const east = world.host(EAST, options);
  const west = world.host(WEST, options);
  const tried = carriesOnly(east, mtuBytes, fragments);
  carriesOnly(west, mtuBytes, fragments);
  const westLink = west.open(EAST);
  grantAll(east);
  west.with(westLink, (link, nowMs) => link.subscribe(nowMs, 'a', ['west']));
  world.run(2_000);
  const eastLink = east.of('up')[0]!.link;
  let number = 0;
  const send = (durationMs: number, byteCount: number) => {
    for (const endMs = east.nowMs + durationMs; east.nowMs < endMs; ) {
      number += 1;
      east.with(eastLink, (link, nowMs) => link.sendMedia(nowMs, 1, 'video', media(number, byteCount), true));
      world.run(20);
    }
    return number;
  };
  return { world, east, west, eastLink, westLink, send, tried };
}

for (const [carried, found] of [
  [1_500, 1_500],
  [1_420, 1_400],
  [BASE, BASE],
] as const)
  test(`a path that carries ${carried} bytes is found to carry ${found}, and media comes whole`, t => {
    const { east, west, eastLink, westLink, send } = watching(carried);
    t.is(eastLink.figures(east.nowMs).mtuBytes, found);
    t.is(westLink.figures(west.nowMs).mtuBytes, found);
    const sent = send(2_000, 1_200);
    t.true(west.of('media').length >= sent - 5);
    t.is(eastLink.counters.mtuFallbacks, 0);
    // Probes that were too long are no losses of the line's.
    t.is(eastLink.counters.paritySent, 0);
    // Two segments of a packet share a datagram as soon as there is room.
    const { datagramsSent } = eastLink.counters;
    t.is(datagramsSent < 1.5 * sent, found > BASE, `${datagramsSent} for ${sent}`);
  });

test('a probe goes whole or not at all, and nothing else does: one in fragments would say nothing of the path', t => {
  const { east, eastLink, send, tried } = watching(1_420, true);
  t.is(eastLink.figures(east.nowMs).mtuBytes, 1_400);
  send(7_000, 1_200);
  const probes = tried.filter(({ dontFragment }) => dontFragment).map(one => one.mtuBytes);
  // Upwards, the last that failed as often as it takes, and what was found once more while it is used.
  t.deepEqual(probes, [1_360, 1_400, 1_452, 1_452, 1_452, 1_400]);
  t.true(tried.filter(({ dontFragment }) => !dontFragment).every(one => one.mtuBytes <= 1_400));
});

test('on a path that carries less than it did, media goes on, at the latest once that is noticed', t => {
  const { world, east, west, eastLink, send } = watching(1_500);
  send(1_000, 1_200);
  carriesOnly(east, 1_300);
  send(8_000, 1_200);
  t.is(eastLink.counters.mtuFallbacks, 1);
  t.is(eastLink.figures(east.nowMs).mtuBytes, BASE);
  t.is(eastLink.state, 'up');
  west.told.length = 0;
  const before = send(0, 1_200);
  const sent = send(2_000, 1_200) - before;
  world.run(100);
  t.true(west.of('media').length >= sent - 5, `${west.of('media').length} of ${sent}`);
});

test('a peer of the version before is not asked, and is sent what every path carries', t => {
  const world = new World({ delayMs: 20 });
  const east = world.host(EAST, { mostMtuBytes: 1_500 });
  const west = world.host(WEST, { mostMtuBytes: 1_500, versions: { lowest: 2, highest: 2 } });
  const link = west.open(EAST);
  world.run(3_000);
  t.is(link.state, 'up');
  const eastLink = east.of('up')[0]!.link;
  for (const one of [link, eastLink]) {
    t.is(one.figures(world.clock.nowMs()).mtuBytes, 1_400);
    t.is(one.counters.datagramsRefused, 0);
  }
});

test('where a length is set, it is not looked for', t => {
  const { east, eastLink } = upPair({ delayMs: 20 }, 1, { mtuBytes: 1_452, mostMtuBytes: 1_452 });
  t.is(eastLink.figures(east.nowMs).mtuBytes, 1_452);
});
