import test from 'ava';
import { InboundQueues, TURN_MAX_ENTRIES } from '../../../transports/memory/inbound-queues.ts';
import { createQueueMemory } from '../../../transports/memory/queue-memory.ts';
import { QueueSender } from '../../../transports/memory/queue-sender.ts';
import { createWakeMemory, Waker } from '../../../transports/memory/wake-word.ts';
import { nowhere, numberedEntry } from './numbered.ts';

/** A shard with two queues to it, whose event loop the test turns. */
function setUp() {
  const wake = createWakeMemory();
  const queues = new Map([1, 2].map(from => [from, createQueueMemory(1_024)]));
  const senders = new Map(
    [...queues].map(([from, memory]) => [from, new QueueSender(memory, new Waker(wake))]),
  );
  const taken: Record<number, number[]> = { 1: [], 2: [] };
  const turns: (() => void)[] = [];
  const faults: unknown[] = [];
  const phasesInTurns = new Set<string>();
  let batches = 0;
  let hasBatch = Promise.withResolvers<void>();
  const inbound = new InboundQueues({
    wake,
    queues,
    nextTurn: run => turns.push(run),
    onEntry(from, { sequenceNumber }) {
      const number = sequenceNumber - 2 ** 47;
      taken[from]!.push(number);
      phasesInTurns.add(`${from} ${inbound.states().get(from)!.phase}`);
      if (number === 666) throw new Error('no');
    },
    onFault: (from, error) => faults.push([from, (error as Error).message]),
    onBatchEnd() {
      batches += 1;
      hasBatch.resolve();
      hasBatch = Promise.withResolvers();
    },
  });
  let next = 0;
  return {
    inbound,
    taken,
    turns,
    faults,
    phasesInTurns,
    batches: () => batches,
    batch: () => hasBatch.promise,
    phases: () => [...inbound.states().values()].map(({ phase }) => phase),
    send(from: number, count: number, first = next) {
      for (let i = 0; i < count; i += 1)
        senders.get(from)!.send({ ...numberedEntry(first + i, nowhere), kind: 'audio' });
      next = first + count;
      senders.get(from)!.flush();
    },
  };
}

test('a shard takes no more than its share of each queue in one turn, and the rest in the next ones', t => {
  const { inbound, taken, turns, send, batches, phases, phasesInTurns } = setUp();
  send(1, 2 * TURN_MAX_ENTRIES + 1);
  send(2, 5);
  inbound.start();
  t.is(taken[1]!.length, TURN_MAX_ENTRIES);
  t.is(taken[2]!.length, 5);
  t.is(batches(), 1);
  t.deepEqual(phases(), ['behind', 'idle']);
  t.is(turns.length, 1);
  turns.shift()!();
  t.is(taken[1]!.length, 2 * TURN_MAX_ENTRIES);
  turns.shift()!();
  t.is(taken[1]!.length, 2 * TURN_MAX_ENTRIES + 1);
  t.is(turns.length, 0, 'it sleeps');
  t.deepEqual(phases(), ['idle', 'idle']);
  t.deepEqual([...phasesInTurns], ['1 armed', '2 armed', '1 behind']);
  const { looks, entries, timesBehind, turnsBehind } = inbound.states().get(1)!.report;
  t.deepEqual([looks, entries, timesBehind, turnsBehind], [3, 129, 1, 2]);
  inbound.stop();
});

test('while it sleeps, a batch of any number of entries wakes it once', async t => {
  const { inbound, taken, turns, send, batch, batches } = setUp();
  inbound.start();
  t.is(batches(), 0);
  for (const count of [10, 1, 30]) {
    const woken = batch();
    send(1, count);
    send(2, count);
    t.is(turns.length, 0);
    await woken;
  }
  t.is(batches(), 3);
  t.is(taken[1]!.length + taken[2]!.length, 82);
  inbound.stop();
});

test('a loop that is running anyway takes what waits without being woken', async t => {
  const { inbound, taken, send, batch, batches } = setUp();
  inbound.start();
  send(1, 3);
  t.is(inbound.drain(), 3);
  t.is(inbound.drain(), 0);
  t.is(batches(), 1);
  const woken = batch();
  // The wake-up of the first batch is under way and finds this one, or finds nothing and the next wake-up does.
  send(2, 1);
  await woken;
  t.deepEqual(taken, { 1: [0, 1, 2], 2: [3] });
  inbound.stop();
});

test('an entry that makes its taker throw costs itself alone', t => {
  const { inbound, taken, turns, faults, send, phases } = setUp();
  send(1, 3, 665);
  send(2, 1);
  inbound.start();
  t.deepEqual(faults, [[1, 'no']]);
  t.deepEqual(taken, { 1: [665, 666], 2: [668] });
  t.deepEqual(phases(), ['behind', 'idle']);
  turns.shift()!();
  t.deepEqual(taken[1], [665, 666, 667]);
  inbound.stop();
});

test('after a stop it takes nothing, and what waits stays for a successor', t => {
  const { inbound, taken, turns, send } = setUp();
  send(1, TURN_MAX_ENTRIES + 1);
  inbound.start();
  inbound.stop();
  turns.shift()!();
  t.is(taken[1]!.length, TURN_MAX_ENTRIES);
  t.is(turns.length, 0);
});
