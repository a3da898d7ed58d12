/** A relay dies in the middle of a class: another takes its place within a second, and viewers keep their sessions. */
import test, { type ExecutionContext } from 'ava';
import { ClusterWorld, type NodePlan } from '../../../simulations/cluster-world.ts';
import { parseRtp } from '../../../transports/rtp/packet.ts';
import { numberOf, sendVideo } from '../shard/media.ts';
import { twoSites } from './two-sites.ts';

const plans: readonly NodePlan[] = [
  ...twoSites,
  { name: 'bj-relay-2', idc: 'beijing', roles: ['relay'] },
  { name: 'gz-relay-2', idc: 'guangzhou', roles: ['relay'] },
];

/** A question to the scheduler, the greeting of a link, and a subscription, over lines of 5 ms. */
const AGAIN_WITHIN_MS = 200;

async function watched(seed: number) {
  const world = new ClusterWorld(seed, plans);
  await world.start();
  const push = world.node('bj-push').shard;
  const teacher = await push.publish('math-101');
  await world.pass(2000);
  const student = await world.node('gz-pull').shard.view('math-101');
  // A keyframe every half second, 50 frames a second.
  const send = (first: number, count: number) =>
    sendVideo(push, teacher, { count, first, intervalMs: 20, isKeyframe: i => i % 25 === 0 });
  await send(0, 100);
  await world.pass(1000);
  const { streams } = await world.report();
  const routes = streams.find(({ stream }) => stream === 'math-101')!.routes;
  const route = routes.find(nodes => nodes.at(-1) === 'gz-pull')!;
  return { world, student, send, route };
}

async function dies(t: ExecutionContext, seed: number, site: string): Promise<void> {
  const { world, student, send, route } = await watched(seed);
  const relay = route.find(node => node.startsWith(`${site}-relay`))!;
  t.is(route.length, 4, route.join(' '));
  await send(100, 50);
  world.die(relay);
  const diedAtMs = world.clock.nowMs();
  let againAtMs: number | undefined;
  student.client.onRtp = bytes => {
    if (numberOf(parseRtp(bytes)!.bytes) > 150) againAtMs ??= world.clock.nowMs();
  };
  await send(150, 100);
  await world.pass(500);
  const againMs = Math.round(againAtMs! - diedAtMs);
  t.log(`media of another relay ${againMs} ms after`);
  t.true(againMs < AGAIN_WITHIN_MS);
  // The picture goes on where it stopped: the other relay has all of it in its history.
  const numbers = student.client.rtp.map(bytes => numberOf(parseRtp(bytes)!.bytes));
  t.deepEqual(
    numbers.slice(-100),
    Array.from({ length: 100 }, (_, i) => 150 + i),
  );
  t.deepEqual(
    world.log.filter(entry => (entry as { event?: string }).event === 'session-ended'),
    [],
  );
  await world.stop();
}

test('the relay of the publisher’s site', t => dies(t, 21, 'bj'));

test('the relay of the viewer’s site', t => dies(t, 22, 'gz'));

test('a line between sites that is gone for a second and a half is waited for: nothing else happens', async t => {
  const { world, student, send, route } = await watched(23);
  const [near, far] = route.slice(1, 3) as [string, string];
  await send(100, 50);
  world.cut(near, far, true);
  await send(150, 75);
  world.cut(near, far, false);
  await send(225, 100);
  await world.pass(1000);
  const { streams } = await world.report();
  const routes = streams.find(({ stream }) => stream === 'math-101')!.routes;
  t.deepEqual(
    routes.find(nodes => nodes.at(-1) === 'gz-pull'),
    route,
  );
  t.is(numberOf(parseRtp(student.client.rtp.at(-1)!)!.bytes), 324);
  const downs = world.log.filter(entry => (entry as { event?: string }).event === 'link-down');
  t.deepEqual(downs, []);
  await world.stop();
});
