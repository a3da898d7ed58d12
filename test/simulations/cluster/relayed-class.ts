/** A class that is taught in one site and watched in another, by way of a relay in each. */
import type { ExecutionContext } from 'ava';
import { ClusterWorld, type NodePlan } from '../../../simulations/cluster-world.ts';
import { parseRtp } from '../../../transports/rtp/packet.ts';
import { numberOf, sendVideo } from '../shard/media.ts';
import { twoSites } from './two-sites.ts';

export const FRAME_MS = 20;
const STREAM = 'math-101';
/** One every half second. */
const isKeyframe = (picture: number) => picture % 25 === 0;

export const twoRelaysEach: readonly NodePlan[] = [
  ...twoSites,
  { name: 'bj-relay-2', idc: 'beijing', roles: ['relay'] },
  { name: 'gz-relay-2', idc: 'guangzhou', roles: ['relay'] },
];

/** Somebody watches; pictures 0 to 149 have been sent, the last of them just now. */
export async function relayedClass(seed: number, plans: readonly NodePlan[], delayMs = 5) {
  const world = new ClusterWorld(seed, plans, { delayMs });
  await world.start();
  const push = world.node('bj-push').shard;
  const teacher = await push.publish(STREAM);
  await world.pass(2000);
  const student = await world.node('gz-pull').shard.view(STREAM);
  let sent = 0;
  const send = async (count: number) => {
    await sendVideo(push, teacher, { count, first: sent, intervalMs: FRAME_MS, isKeyframe });
    sent += count;
  };
  const route = async (): Promise<readonly string[]> => {
    const { streams } = await world.report();
    const { routes } = streams.find(({ stream }) => stream === STREAM)!;
    return routes.find(nodes => nodes.at(-1) === 'gz-pull')!;
  };
  const seen = () => student.client.rtp.map(bytes => numberOf(parseRtp(bytes)!.bytes));
  await send(100);
  await world.pass(1000);
  const before = await route();
  await send(50);
  return {
    world,
    student,
    send,
    sent: () => sent,
    /** The pictures that have come to the student. */
    seen,
    /** The nodes that the stream passes. */
    route,
    relayOf: (site: string) => before.find(node => node.startsWith(`${site}-relay`))!,
    eventsOf: (event: string) => world.log.filter(entry => (entry as { event?: string }).event === event),
  };
}

export type RelayedClass = Awaited<ReturnType<typeof relayedClass>>;

/**
 * How long after `happens`, while pictures go on, the first one comes that is sent since. What is missing lies between the last
 * one before and a keyframe, if anything is.
 */
export async function withoutMediaMs(
  t: ExecutionContext,
  { world, student, send, sent, seen, eventsOf }: RelayedClass,
  happens: () => void,
): Promise<number> {
  const next = sent();
  const sinceMs = world.clock.nowMs();
  happens();
  let againAtMs: number | undefined;
  student.client.onRtp = bytes => {
    if (numberOf(parseRtp(bytes)!.bytes) >= next) againAtMs ??= world.clock.nowMs();
  };
  await send(100);
  await world.pass(500);
  const all = seen();
  const jumps = all.filter((number, i) => number !== (all[i - 1] ?? -1) + 1);
  t.true(jumps.length <= 1 && jumps.every(isKeyframe), `${jumps}`);
  t.is(all.at(-1), next + 99);
  t.deepEqual(eventsOf('session-ended'), []);
  const againMs = Math.round(againAtMs! - sinceMs);
  t.log(`media of another ${againMs} ms after`);
  return againMs;
}
