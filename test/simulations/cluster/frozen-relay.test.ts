/**
 * A relay stands still in the middle of a class, and nothing tells so but that it says nothing: another parent takes its
 * place within a second, viewers keep their sessions, and when it goes on, nothing changes back.
 */
import test from 'ava';
import { REVIEW_MS } from '../../../actors/stream/review.ts';
import { type RelayedClass, relayedClass, twoRelaysEach, withoutMediaMs } from './relayed-class.ts';
import { twoSites } from './two-sites.ts';

const REPLACED_WITHIN_MS = 1_000;
/** Between any two nodes, each way. */
const DELAY_MS = 30;

/** It hears nobody, and nobody hears it; no link breaks before somebody gives it up. */
function freeze({ world }: RelayedClass, name: string, isFrozen: boolean): void {
  for (const other of world.nodes.keys()) {
    if (other === name) continue;
    world.cut(name, other, isFrozen);
    world.cutControl(name, other, isFrozen);
  }
}

for (const { name, plans, site, seed } of [
  { name: 'of the publisher’s site, which has another', plans: twoRelaysEach, site: 'bj', seed: 61 },
  { name: 'of the viewer’s site, which has another', plans: twoRelaysEach, site: 'gz', seed: 62 },
  { name: 'of the publisher’s site, the only one', plans: twoSites, site: 'bj', seed: 63 },
  { name: 'of the viewer’s site, the only one', plans: twoSites, site: 'gz', seed: 64 },
]) {
  test(`the relay ${name}`, async t => {
    const lesson = await relayedClass(seed, plans, DELAY_MS);
    const { world } = lesson;
    const relay = lesson.relayOf(site);
    const route = await lesson.route();
    const child = route[route.indexOf(relay) + 1]!;
    const parentOfChild = async () => {
      const now = await lesson.route();
      return now[now.indexOf(child) - 1];
    };
    const againMs = await withoutMediaMs(t, lesson, () => freeze(lesson, relay, true));
    t.true(againMs < REPLACED_WITHIN_MS);
    freeze(lesson, relay, false);
    await world.pass(3_000);
    const parent = await parentOfChild();
    t.not(parent, relay);
    const [seen, sent] = [lesson.seen().length, lesson.sent()];
    await lesson.send(50);
    // Whoever reviews its parent soon has done so by then.
    await world.pass(REVIEW_MS + 1_000);
    await lesson.send(50);
    await world.pass(1_000);
    t.is(await parentOfChild(), parent);
    t.is(lesson.seen().length - seen, lesson.sent() - sent, 'nothing is missing');
    await world.stop();
  });
}
