/** A peer that has sent much, and then sends nothing, is told of within 0.4 s, and the link stays up. */
import test from 'ava';
import { BUSY_QUIET_MS, QUIET_AGAIN_MS, QUIET_MAX_MS } from '../../../transports/relay/limits.ts';
import { Liveness } from '../../../transports/relay/liveness.ts';
import { EAST, grantAll, media, upPair, WEST } from './world.ts';

const PACKET_MS = 20;

/** East sends fifty packets a second to west. */
function flowing(delayMs: number) {
  const pair = upPair({ delayMs });
  const { world, east, west, eastLink, westLink } = pair;
  grantAll(east);
  west.with(westLink, (link, nowMs) => link.subscribe(nowMs, 'math-101', ['west']));
  world.run(1_000);
  let number = 0;
  const flow = (durationMs: number) => {
    for (let passedMs = 0; passedMs < durationMs; passedMs += PACKET_MS) {
      east.with(eastLink, (link, nowMs) => link.sendMedia(nowMs, 1, 'audio', media(number++)));
      world.run(PACKET_MS);
    }
  };
  flow(2_000);
  return { ...pair, flow };
}

test('one that stands still: its owner is told, once, and the link is up', t => {
  const { world, east, west, westLink } = flowing(25);
  east.vanish();
  // The last packet is under way for so long at the most.
  world.run(QUIET_MAX_MS - PACKET_MS);
  t.deepEqual(west.of('quiet'), []);
  t.false(westLink.isSuspected);
  world.run(25 + PACKET_MS);
  t.is(west.of('quiet').length, 1);
  t.true(westLink.isSuspected);
  world.run(1_000);
  t.is(west.of('quiet').length, 1);
  t.is(westLink.state, 'up');
});

test('a line that is out for a third of a second is nothing to be told of', t => {
  const { world, east, west, flow } = flowing(25);
  world.cut(EAST, WEST);
  flow(300);
  world.mend(EAST, WEST);
  flow(1_000);
  t.deepEqual([...west.of('quiet'), ...east.of('quiet')], []);
});

test('one that is heard again is suspected no more; and the next silence is told of only after a while', t => {
  const { world, west, westLink, flow } = flowing(25);
  const silence = () => {
    world.cut(EAST, WEST);
    flow(800);
    world.mend(EAST, WEST);
    flow(1_000);
  };
  silence();
  t.is(west.of('quiet').length, 1);
  t.false(westLink.isSuspected);
  silence();
  t.is(west.of('quiet').length, 1);
  flow(QUIET_AGAIN_MS);
  silence();
  t.is(west.of('quiet').length, 2);
});

test('a far peer has the time that its answer takes', t => {
  const { world, east, west } = flowing(200);
  east.vanish();
  // Under way; then until it is asked, and two round trips and 150 ms of no answer.
  world.run(200 + BUSY_QUIET_MS + 150 + 2 * 400 - PACKET_MS);
  t.deepEqual(west.of('quiet'), []);
  world.run(100);
  t.is(west.of('quiet').length, 1);
});

/** Looks every 10 ms, as long as it does not stand still itself, and hears a peer that answers at once. */
function listening(liveness: Liveness, fromMs: number, untilMs: number): void {
  for (let nowMs = fromMs; nowMs <= untilMs; nowMs += 10) {
    liveness.advance(nowMs);
    if (liveness.isPingDue(nowMs)) liveness.pong(nowMs, liveness.ping(nowMs));
    liveness.heard(nowMs);
  }
}

test('one that has been held up itself reads first what has come', t => {
  const liveness = new Liveness(0);
  listening(liveness, 0, 2_000);
  const wakesAtMs = 2_000 + 2 * QUIET_MAX_MS;
  liveness.ping(2_000 + BUSY_QUIET_MS);
  liveness.advance(wakesAtMs);
  t.false(liveness.fallsQuiet(wakesAtMs));
  liveness.heard(wakesAtMs + 1);
  t.false(liveness.fallsQuiet(wakesAtMs + 100));
  t.false(liveness.isSuspected);
});
