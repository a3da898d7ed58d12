/** A better parent takes over from the one that delivers, and viewers see nothing of it. */
import test from 'ava';
import { addressOf } from '../../../actors/runtime/address.ts';
import type { Message } from '../../../actors/runtime/behaviour.ts';
import { REVIEW_MS } from '../../../actors/stream/review.ts';
import { ClusterWorld, type NodePlan } from '../../../simulations/cluster-world.ts';
import { parseRtp } from '../../../transports/rtp/packet.ts';
import { numberOf, sendVideo } from '../shard/media.ts';
import { twoSites } from './two-sites.ts';

const plans: readonly NodePlan[] = [
  ...twoSites,
  { name: 'bj-relay-2', idc: 'beijing', roles: ['relay'] },
  { name: 'gz-relay-2', idc: 'guangzhou', roles: ['relay'] },
];

async function routeOf(world: ClusterWorld): Promise<readonly string[]> {
  const { streams } = await world.report();
  const routes = streams.find(({ stream }) => stream === 'math-101')!.routes;
  return routes.find(nodes => nodes.at(-1) === 'gz-pull')!;
}

for (const [site, seed] of [
  ['bj', 31],
  ['gz', 32],
] as const) {
  test(`a relay in ${site} that is drained is left without a gap`, async t => {
    const world = new ClusterWorld(seed, plans);
    await world.start();
    const push = world.node('bj-push').shard;
    const teacher = await push.publish('math-101');
    await world.pass(2000);
    const student = await world.node('gz-pull').shard.view('math-101');
    await world.pass(1000);
    let sent = 0;
    const send = async (count: number) => {
      await sendVideo(push, teacher, { count, first: sent, intervalMs: 20, isKeyframe: i => i % 50 === 0 });
      sent += count;
    };
    await send(100);
    const before = await routeOf(world);
    const relay = before.find(node => node.startsWith(`${site}-relay`))!;
    const draining = { type: 'draining', isDraining: true } as Message;
    world.node(relay).system.tell(addressOf(relay, '/membership'), draining);
    await send((REVIEW_MS + 8000) / 20);
    const after = await routeOf(world);
    t.false(after.includes(relay), after.join(' '));
    t.is(after.length, before.length);
    await send(100);
    await world.pass(500);
    const numbers = student.client.rtp.map(bytes => numberOf(parseRtp(bytes)!.bytes));
    t.deepEqual(
      numbers,
      Array.from({ length: sent }, (_, i) => i),
    );
    await world.stop();
  });
}
