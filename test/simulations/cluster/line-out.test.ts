/** A line between two sites is out for a while: the stream waits for it, and goes on by the way that it had. */
import test from 'ava';
import type { NodePlan } from '../../../simulations/cluster-world.ts';
import { FRAME_MS, relayedClass, twoRelaysEach } from './relayed-class.ts';
import { cutLine } from './two-sites.ts';

const DELAY_MS = 30;

/** With a third site, to which the lines are whole, and which could carry the stream. */
const threeSites: readonly NodePlan[] = [
  ...twoRelaysEach,
  { name: 'wh-relay', idc: 'wuhan', roles: ['relay'] },
  { name: 'wh-pull', idc: 'wuhan', roles: ['pull'] },
];

/** A spare that was not needed leaves a link that carries nothing, and is closed. */
function isClosed(entry: object): boolean {
  return /the link was closed$/.test((entry as { reason: string }).reason);
}

for (const outageMs of [600, 2_000]) {
  test(`for ${outageMs} ms: no way changes, and no link goes down`, async t => {
    const lesson = await relayedClass(23, threeSites, DELAY_MS);
    const { world, send, sent, seen } = lesson;
    const elsewhere = await world.node('wh-pull').shard.view('math-101');
    await send(25);
    const route = await lesson.route();
    cutLine(world, true);
    await send(outageMs / FRAME_MS);
    cutLine(world, false);
    await send(100);
    await world.pass(1000);
    t.deepEqual(await lesson.route(), route);
    t.is(seen().at(-1), sent() - 1);
    t.true(elsewhere.client.rtp.length > 100);
    const lost = lesson.eventsOf('link-down').filter(entry => !isClosed(entry));
    t.deepEqual(lost, []);
    await world.stop();
  });
}
