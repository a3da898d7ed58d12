import test from 'ava';
import { EAST, grantAll, media, World } from './world.ts';

const LINKS = 200;
const STREAMS = 5;

test('200 links of 5 streams have one timer, which fires no oftener than there is something to do', t => {
  const world = new World({ delayMs: 20 });
  const east = world.host(EAST);
  grantAll(east);
  for (let place = 0; place < LINKS; place += 1) {
    const west = world.host(`10.0.${place >> 7}.${(place & 127) + 1}`);
    const link = west.open(EAST);
    for (let stream = 0; stream < STREAMS; stream += 1)
      west.with(link, (_, nowMs) => link.subscribe(nowMs, `s${stream}`, ['x']));
  }
  world.run(1_000);
  const asked = east.of('subscribe');
  t.is(asked.length, LINKS * STREAMS);
  let wakes = 0;
  const { advance } = east.links;
  east.links.advance = nowMs => {
    wakes += 1;
    advance.call(east.links, nowMs);
  };
  world.run(1_000);
  t.true(wakes <= 2 * LINKS, `${wakes} while idle: two pings a second for each link`);
  wakes = 0;
  for (let number = 0; number < 10; number += 1) {
    for (const { link, id } of asked) {
      link.sendMedia(east.nowMs, id, 'video', media(number, 200));
      east.links.touch(link);
    }
    east.drain();
    world.run(33);
  }
  t.true(wakes <= 2 * LINKS, `${wakes} while 10 pictures of ${LINKS * STREAMS} streams were sent`);
  t.true(world.clock.timersSet <= LINKS + 2, 'one for each port, and that of the network');
});
