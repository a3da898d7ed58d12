import test from 'ava';
import type { Refused } from '../../../actors/protocol.ts';
import type { Message } from '../../../actors/runtime/behaviour.ts';
import { tell } from '../../../actors/runtime/effects.ts';
import type {
  ClusterReport,
  NodeReplaced,
  Register,
  Registered,
} from '../../../actors/scheduler/messages.ts';
import { act, at, puppet } from '../runtime/harness.ts';
import { origin, registration, testCluster } from './fixtures.ts';

/** Two processes that go by one name, each a puppet of the scheduler's own system that registers as it is told. */
function twins() {
  const cluster = testCluster();
  cluster.startScheduler();
  const { system } = cluster.scheduler;
  const heard = { old: [] as Message[], young: [] as Message[] };
  const make = (name: 'old' | 'young', incarnation: number) => {
    const address = system.start(`/${name}`, puppet, { heard: heard[name] });
    const register: Register = {
      ...registration('s', { incarnation, address, replyTo: address }),
      streams: [origin(name)],
    };
    return {
      address,
      register: async (facts: Partial<Register> = {}) => {
        heard[name].length = 0;
        system.tell(address, act(tell(at('/scheduler', 's'), { ...register, ...facts } as Register)));
        await cluster.run(0);
        return heard[name] as readonly unknown[];
      },
    };
  };
  return { cluster, heard, old: make('old', 1), young: make('young', 2) };
}

test('a newer process of the same name takes its place, and the older is told', async t => {
  const { cluster, heard, old, young } = twins();
  await old.register();
  heard.old.length = 0;
  t.like((await young.register())[0] as Registered, { type: 'registered' });
  t.deepEqual(heard.old as unknown[], [
    { type: 'replaced', node: 's', incarnation: 2 } satisfies NodeReplaced,
  ]);
  const { nodes, streams, counters } = await cluster.ask<ClusterReport>({ type: 'report-cluster' });
  t.is(nodes.length, 1);
  t.deepEqual(
    streams.map(({ stream }) => stream),
    ['young'],
    'what the older had is out',
  );
  t.is(counters.replacements, 1);
  t.deepEqual(
    cluster.events().map(({ event, node, stream, reason }) => [event, stream ?? node, reason]),
    [
      ['node-joined', 's', undefined],
      ['stream-live', 'old', undefined],
      ['node-left', 's', 'replaced'],
      ['node-joined', 's', undefined],
      ['stream-gone', 'old', undefined],
      ['stream-live', 'young', undefined],
    ],
  );
});

test('the older process is refused in words, and disturbs nobody, for as long as the newer is there', async t => {
  const { cluster, old, young } = twins();
  await young.register();
  const eventsBefore = cluster.events().length;
  for (let i = 0; i < 5; i += 1) {
    const [refused] = (await old.register()) as readonly Refused[];
    t.like(refused, { type: 'refused', status: 409, title: 'Name taken' });
    t.regex(refused!.detail, /A newer process \(2\) is registered as s: give each its own node\.name\./);
  }
  // What it says of streams is not believed either.
  const changed = {
    type: 'stream-changed',
    node: 's',
    incarnation: 1,
    stream: 'young',
    epoch: 9,
    live: false,
  };
  cluster.scheduler.system.tell(at('/scheduler', 's'), changed as Message);
  const report = await cluster.ask<ClusterReport>({ type: 'report-cluster' });
  t.deepEqual(
    report.streams.map(({ stream, live }) => [stream, live]),
    [['young', true]],
  );
  t.like(report.counters, { registrationsRefused: 5, streamChangesOfNobody: 1 });
  t.is(cluster.events().length, eventsBefore);
  // The newer process ends: the name is free for whoever asks next.
  cluster.scheduler.system.stopActor(young.address);
  await cluster.run(0);
  t.like((await old.register())[0] as Registered, { type: 'registered' });
});

test('a membership that was restarted within its process goes on where it was', async t => {
  const { cluster, old, young } = twins();
  await old.register();
  const events = cluster.events().length;
  // The puppet that was started later stands for the restarted actor of the same process.
  await young.register({ incarnation: 1, streams: [origin('old')] });
  t.is(cluster.events().length, events, 'nothing has changed');
  cluster.scheduler.system.stopActor(old.address);
  await cluster.run(0);
  t.is((await cluster.ask<ClusterReport>({ type: 'report-cluster' })).nodes.length, 1);
  // And a late word of the one before is refused.
  t.is((await young.register({ incarnation: 1 })).length, 1);
  cluster.scheduler.system.stopActor(young.address);
  await cluster.run(0);
  t.is((await cluster.ask<ClusterReport>({ type: 'report-cluster' })).nodes.length, 0);
});
