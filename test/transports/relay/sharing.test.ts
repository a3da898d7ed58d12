import test from 'ava';
import { ACKNOWLEDGE_WITHIN_MS } from '../../../transports/relay/limits.ts';
import { DEFAULT_MTU_BYTES } from '../../../transports/relay/link-mtu.ts';
import { captureTo } from './captured.ts';
import { grantAll, media, upPair } from './world.ts';

/** What IP and UDP add, at the most. */
const IP_UDP_BYTES = 48;

function watching(streams: number, options: { mtuBytes?: number } = {}) {
  const pair = upPair({ delayMs: 20 }, 1, options);
  const { world, east, west, eastLink, westLink } = pair;
  grantAll(east);
  for (let stream = 0; stream < streams; stream += 1)
    west.with(westLink, (link, nowMs) => link.subscribe(nowMs, `s${stream}`, ['west']));
  world.run(420);
  const send = (number: number, byteCount: number) =>
    east.with(eastLink, (link, nowMs) => {
      for (let id = 1; id <= streams; id += 1) link.sendMedia(nowMs, id, 'audio', media(number, byteCount));
    });
  return { ...pair, send, fromEast: captureTo(east), fromWest: captureTo(west) };
}

test('packets of one batch share datagrams, whatever their streams, and so do their acknowledgements', t => {
  const { world, west, send, fromEast, fromWest } = watching(20);
  send(0, 100);
  t.is(fromEast.length, 3, 'of 20 packets of some 135 bytes');
  world.run(20 + ACKNOWLEDGE_WITHIN_MS + 1);
  t.is(west.of('media').length, 20);
  t.is(fromWest.length, 1);
  world.run(40);
  t.is(fromEast.length, 3, 'nothing had to go out again');
});

for (const mtuBytes of [576, DEFAULT_MTU_BYTES, 9_000]) {
  test(`no datagram is longer than the path carries: ${mtuBytes}`, t => {
    const { world, west, send, fromEast, fromWest } = watching(5, { mtuBytes });
    for (let number = 0; number < 50; number += 1) {
      send(number, 1_200);
      world.run(20);
    }
    world.run(200);
    t.is(west.of('media').length, 250);
    const longest = Math.max(...[...fromEast, ...fromWest].map(({ length }) => length));
    t.true(longest <= mtuBytes - IP_UDP_BYTES, `${longest}`);
    t.true(longest > (mtuBytes - IP_UDP_BYTES) * 0.6, `${longest}`);
  });
}
