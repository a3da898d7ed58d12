import { MessageChannel, Worker } from 'node:worker_threads';
import test from 'ava';
import type { DownReason, Message } from '../../../actors/runtime/behaviour.ts';
import { NotReachable } from '../../../actors/runtime/failures.ts';
import type { Envelope } from '../../../actors/runtime/link.ts';
import { ActorSystem } from '../../../actors/runtime/system.ts';
import { systemClock } from '../../../transports/clock.ts';
import { systemRandom } from '../../../transports/random.ts';
import { MessagePortLink } from '../../../transports/threads/message-port-link.ts';
import { at, numbered } from './harness.ts';

const ANSWER_MS = 20_000;

function startWorker(system: ActorSystem, root: string): Worker {
  const { port1, port2 } = new MessageChannel();
  const worker = new Worker(new URL('./shard-worker.ts', import.meta.url), {
    workerData: { root, port: port2 },
    transferList: [port2],
  });
  system.attach(root, new MessagePortLink<Envelope>(port1));
  return worker;
}

const nextDown = (system: ActorSystem, path: string): Promise<DownReason> =>
  new Promise(resolve => system.watch(at(path), resolve));

test('two systems in two threads talk over their ports, through the main one', async t => {
  const system = new ActorSystem({
    node: 'a',
    root: '',
    clock: systemClock,
    random: systemRandom,
    ports: {},
  });
  const one = startWorker(system, '/shards/shard-1');
  const two = startWorker(system, '/shards/shard-2');
  const thousand = Array.from({ length: 1000 }, (_, i) => i);

  for (const number of thousand) system.tell(at('/shards/shard-1'), numbered(number));
  const told = await system.ask<Message & { numbers: number[] }>(
    at('/shards/shard-1'),
    { type: 'numbers' },
    ANSWER_MS,
  );
  t.deepEqual(told.numbers, thousand, 'all, and in order');

  const question = { type: 'numbers of the other', other: at('/shards/shard-2') } as Message;
  const relayed = await system.ask<Message & { numbers: number[] }>(
    at('/shards/shard-1'),
    question,
    ANSWER_MS,
  );
  t.deepEqual(relayed.numbers, thousand.slice(0, 100), 'from one worker to the other and back');

  const crashed = nextDown(system, '/shards/shard-1');
  system.tell(at('/shards/shard-1'), { type: 'throw' });
  t.is(await crashed, 'crashed');
  const restarted = await system.ask<Message & { numbers: number[] }>(
    at('/shards/shard-1'),
    { type: 'numbers' },
    ANSWER_MS,
  );
  t.deepEqual(restarted.numbers, []);

  const stopped = nextDown(system, '/shards/shard-1');
  system.tell(at('/shards/shard-1'), { type: 'end' });
  t.is(await stopped, 'stopped');
  t.is(await nextDown(system, '/shards/shard-1'), 'stopped', 'it is gone already');
  await t.throwsAsync(system.ask(at('/shards/shard-1'), { type: 'numbers' }, ANSWER_MS), {
    instanceOf: NotReachable,
  });

  // A thread that dies takes its port with it: that alone tells the watchers and the asking.
  const cutOff = nextDown(system, '/shards/shard-2');
  const unanswered = t.throwsAsync(system.ask(at('/shards/shard-2'), { type: 'ignored' }, ANSWER_MS), {
    instanceOf: NotReachable,
  });
  await two.terminate();
  t.is(await cutOff, 'no connection');
  await unanswered;
  await one.terminate();
  await system.stop();
});
