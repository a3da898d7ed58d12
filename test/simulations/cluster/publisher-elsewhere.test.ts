/** A stream is published anew on another edge: the older publisher is fenced off, and viewers go on with the newer one. */
import test, { type ExecutionContext } from 'ava';
import type { SessionEvent } from '../../../actors/protocol.ts';
import { addressOf } from '../../../actors/runtime/address.ts';
import type { Placed } from '../../../actors/scheduler/messages.ts';
import { ClusterWorld, type NodePlan } from '../../../simulations/cluster-world.ts';
import type { Joined, ShardWorld } from '../../../simulations/shard-world.ts';
import { parseRtp } from '../../../transports/rtp/packet.ts';
import { numberOf, sendVideo } from '../shard/media.ts';
import { twoSites } from './two-sites.ts';

const STREAM = 'math-101';
const INTERVAL_MS = 20;
const everyHalfSecond = (number: number) => number % 25 === 0;

const plans: readonly NodePlan[] = [...twoSites, { name: 'gz-push', idc: 'guangzhou', roles: ['push'] }];

/** What the session's own client hears, from now on. */
async function eventsOf(shard: ShardWorld, { session }: Joined): Promise<readonly SessionEvent[]> {
  const heard: SessionEvent[] = [];
  const inbox = shard.shard.system.inbox(message => heard.push(message as never as SessionEvent));
  const listen = { type: 'listen', listener: inbox.address } as const;
  await shard.askSession(session, listen);
  return heard;
}

function numbersOf({ client }: Joined): number[] {
  return client.rtp.map(bytes => numberOf(parseRtp(bytes)!.bytes));
}

function isRow({ client }: Joined): boolean {
  const numbers = client.rtp.map(bytes => parseRtp(bytes)!.sequenceNumber);
  return numbers.every((number, i) => i === 0 || number === ((numbers[i - 1]! + 1) & 0xffff));
}

/** What `/scheduler` tells the gateway, which tells it to the edge. */
async function placed(world: ClusterWorld): Promise<Placed> {
  const answer = world
    .node('control')
    .system.ask<Placed>(
      addressOf('control', '/scheduler'),
      { type: 'place', role: 'push', stream: STREAM, exclude: [] } as { type: 'place' },
      1000,
    );
  await world.pass(10);
  return answer;
}

function send(shard: ShardWorld, teacher: Joined, first: number, count: number): Promise<void> {
  return sendVideo(shard, teacher, { first, count, intervalMs: INTERVAL_MS, isKeyframe: everyHalfSecond });
}

function isConnected(t: ExecutionContext, world: ClusterWorld, { session }: Joined): void {
  const ended = world.log.filter(entry => {
    const { event, session: of } = entry as { event?: string; session?: string };
    return of === session && event === 'session-ended';
  });
  t.deepEqual(ended, []);
}

test('the older publisher’s session ends with a reason, and viewers keep theirs', async t => {
  const world = new ClusterWorld(31, plans);
  await world.start();
  const older = world.node('bj-push').shard;
  const newer = world.node('gz-push').shard;
  const first = await older.publish(STREAM);
  await world.pass(2000);
  const student = await world.node('gz-pull').shard.view(STREAM);
  const heard = await eventsOf(older, first);
  const words = await eventsOf(world.node('gz-pull').shard, student);
  await send(older, first, 0, 100);

  const second = await newer.publish(STREAM);
  await send(newer, second, 1000, 100);
  await world.pass(200);
  const ended = heard.filter(({ event }) => event === 'ended');
  t.deepEqual(ended, [{ type: 'session-event', event: 'ended', data: { reason: 'replaced' } }]);
  t.true(first.client.closed);
  const numbers = numbersOf(student);
  const from = numbers.findIndex(number => number >= 1000);
  t.log(`the newer publication is seen ${(numbers[from]! - 1000) * INTERVAL_MS} ms after its first packet`);
  t.true(numbers[from]! - 1000 < 1000 / INTERVAL_MS, numbers.join(' '));
  t.is(numbers.at(-1), 1099);
  t.true(isRow(student));
  t.false(words.some(({ event }) => event === 'inactive' || event === 'ended'));
  isConnected(t, world, student);

  const { streams, counters } = await world.report();
  t.like(streams, [{ stream: STREAM, live: true, origin: 'gz-push' }]);
  t.true(counters.publicationsFenced! >= 1);
  await world.stop();
});

test('nobody watches the older: its stream is over there', async t => {
  const world = new ClusterWorld(32, plans);
  await world.start();
  const older = world.node('bj-push').shard;
  const first = await older.publish(STREAM);
  await world.pass(2000);
  await world.node('gz-push').shard.publish(STREAM);
  await world.pass(2000);
  t.true(first.client.closed);
  t.deepEqual((await older.report()).streams, []);
  const { streams } = await world.report();
  t.deepEqual(
    streams.map(({ origin, nodes }) => [origin, nodes.map(({ node }) => node)]),
    [['gz-push', ['gz-push']]],
  );
  await world.stop();
});

test('the older one’s edge has a clock that is a minute ahead: what is published elsewhere later is the newer all the same', async t => {
  const world = new ClusterWorld(
    33,
    plans.map(plan => (plan.name === 'bj-push' ? { ...plan, clockAheadMs: 60_000 } : plan)),
  );
  await world.start();
  const older = world.node('bj-push').shard;
  const newer = world.node('gz-push').shard;
  const first = await older.publish(STREAM);
  await world.pass(2000);
  const student = await world.node('gz-pull').shard.view(STREAM);
  await send(older, first, 0, 100);

  const { afterEpoch } = await placed(world);
  t.true(afterEpoch! > world.clock.wallMs() + 50_000);
  const second = await newer.publish(STREAM, { afterEpoch: afterEpoch! });
  await world.pass(1000);
  t.true(first.client.closed);
  t.false(second.client.closed);
  await send(newer, second, 1000, 100);
  await world.pass(200);
  const numbers = numbersOf(student);
  t.is(numbers.at(-1), 1099);
  t.true(isRow(student));
  isConnected(t, world, student);
  await world.stop();
});

const severalCores: readonly NodePlan[] = [
  { name: 'control', idc: 'beijing', roles: ['scheduler', 'gateway'] },
  { name: 'edge', idc: 'beijing', roles: ['push', 'pull', 'relay'], cores: 3 },
  { name: 'other', idc: 'guangzhou', roles: ['push', 'pull', 'relay'] },
];

for (const how of ['while the older one is there', 'once the older one has left'] as const) {
  test(`viewers on all cores of the older one’s node go on with a publisher elsewhere that comes ${how}`, async t => {
    const world = new ClusterWorld(34, severalCores);
    await world.start();
    const { shards } = world.node('edge');
    const elsewhere = world.node('other').shard;
    // By turns on each core: one of them is the one that fetches the stream for the node.
    for (const [turn, older] of shards.entries()) {
      const first = await older.publish(STREAM);
      await world.pass(1000);
      const students = await Promise.all(shards.map(shard => shard.view(STREAM)));
      await world.pass(1000);
      await send(older, first, 0, 50);
      if (how === 'once the older one has left') {
        await first.client.leave();
        await world.pass(3000);
      }
      const second = await elsewhere.publish(STREAM);
      await world.pass(2000);
      const isTold = how === 'while the older one is there';
      t.is(first.client.closed, isTold);
      await send(elsewhere, second, 1000, 50);
      await world.pass(200);
      for (const [core, student] of students.entries()) {
        const where = `published on core ${turn}, watched on core ${core}`;
        t.is(numbersOf(student).at(-1), 1049, where);
        t.true(isRow(student), where);
        await student.client.leave();
      }
      await second.client.leave();
      await world.pass(5000);
    }
    await world.stop();
  });
}
