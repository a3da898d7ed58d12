/** A relay dies in the middle of a class: another takes its place within a second, and viewers keep their sessions. */
import test from 'ava';
import { relayedClass, twoRelaysEach, withoutMediaMs } from './relayed-class.ts';

/** A question to the scheduler, the greeting of a link, and a subscription, over lines of 5 ms. */
const AGAIN_WITHIN_MS = 200;

for (const { name, site, seed } of [
  { name: 'publisher', site: 'bj', seed: 21 },
  { name: 'viewer', site: 'gz', seed: 22 },
]) {
  test(`the relay of the ${name}’s site`, async t => {
    const lesson = await relayedClass(seed, twoRelaysEach);
    const { world } = lesson;
    t.is((await lesson.route()).length, 4);
    const againMs = await withoutMediaMs(t, lesson, () => world.die(lesson.relayOf(site)));
    t.true(againMs < AGAIN_WITHIN_MS);
    // The picture goes on where it stopped: the other relay has all of it in its history.
    t.is(lesson.seen().length, lesson.sent());
    await world.stop();
  });
}
