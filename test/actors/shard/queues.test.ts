import test from 'ava';
import type { QueueNotice } from '../../../actors/forwarding/commands.ts';
import { addressOf } from '../../../actors/runtime/address.ts';
import type { Message } from '../../../actors/runtime/behaviour.ts';
import { queues } from '../../../actors/shard/queues.ts';
import { testSystem } from '../runtime/harness.ts';

const QUEUE = addressOf('a', '/shards/shard-1/queues/queue-0');

async function start() {
  const events: string[] = [];
  const opened: number[] = [];
  const { system, clock } = testSystem({
    ports: {
      media: command => opened.push((command as { from: number }).from),
      log: entry => events.push((entry as { event: string }).event),
    },
  });
  system.start('/shards/shard-1/queues', queues, { others: [0, 2] });
  await system.whenQuiet();
  return {
    system,
    events,
    opened,
    async hear(message: QueueNotice | { type: 'core-fault'; error: string }) {
      system.tell(QUEUE, message as Message);
      await system.whenQuiet();
    },
    async pass(ms: number) {
      clock.advanceBy(ms);
      await system.whenQuiet();
    },
  };
}

test('each core that sends has a queue here', async t => {
  t.deepEqual((await start()).opened, [0, 2]);
});

test('a queue that faults crashes alone, and is opened again', async t => {
  const { hear, opened, system } = await start();
  await hear({ type: 'core-fault', error: 'planted' });
  t.deepEqual(opened, [0, 2, 0]);
  t.is(system.counters.crashes, 1);
});

test('a shard that is behind for a second is told of once, and once that it has caught up', async t => {
  const { hear, pass, events } = await start();
  await hear({ type: 'queue-state', state: 'behind' });
  await pass(500);
  await hear({ type: 'queue-state', state: 'in time' });
  await pass(5000);
  t.deepEqual(events, []);
  await hear({ type: 'queue-state', state: 'behind' });
  await hear({ type: 'queue-state', state: 'dropping' });
  await pass(1000);
  await pass(5000);
  await hear({ type: 'queue-state', state: 'in time' });
  t.deepEqual(events, ['shard-late', 'shard-in-time']);
});
