import test from 'ava';
import fc from 'fast-check';
import { QueueConsumer } from '../../../transports/memory/queue-consumer.ts';
import { createQueueMemory } from '../../../transports/memory/queue-memory.ts';
import { QueueProducer } from '../../../transports/memory/queue-producer.ts';
import { indexStarts, isNumbered, nowhere, numberedEntry } from './numbered.ts';

const step = fc.oneof(
  fc.record({ do: fc.constant('push' as const), count: fc.integer({ min: 1, max: 12 }) }),
  fc.record({ do: fc.constant('publish' as const) }),
  fc.record({ do: fc.constant('drain' as const), limit: fc.integer({ min: 1, max: 12 }) }),
  fc.record({ do: fc.constant('skip' as const) }),
  fc.record({ do: fc.constant('restart' as const), end: fc.constantFrom('producer', 'consumer') }),
);

for (const start of indexStarts) {
  test(`from index ${start} on it behaves like a list of at most its capacity, whatever is done to it`, t => {
    let wasFull = 0;
    fc.assert(
      fc.property(fc.array(step, { maxLength: 100, size: 'max' }), steps => {
        const memory = createQueueMemory(16, start);
        let producer = new QueueProducer(memory);
        let consumer = new QueueConsumer(memory);
        let staged: number[] = [];
        const queued: number[] = [];
        let next = 0;
        for (const s of steps) {
          if (s.do === 'push') {
            for (let i = 0; i < s.count; i += 1) {
              const pushed = producer.push(numberedEntry(next, nowhere), next % 9);
              if (pushed !== queued.length + staged.length < 16) return false;
              if (pushed) staged.push(next);
              else wasFull += 1;
              next += 1;
            }
          } else if (s.do === 'publish') {
            if (producer.publish() !== staged.length > 0) return false;
            queued.push(...staged.splice(0));
          } else if (s.do === 'drain') {
            const expected = queued.splice(0, s.limit);
            const right = expected.slice();
            const taken = consumer.drain(s.limit, entry => {
              const number = right.shift()!;
              if (!isNumbered(entry, number)) throw new Error(`another entry than number ${number}`);
              if (entry.droppedBefore !== number % 9) throw new Error('another number of dropped entries');
            });
            if (taken !== expected.length) return false;
          } else if (s.do === 'skip') {
            if (consumer.skip() !== queued.splice(0).length) return false;
          } else if (s.end === 'producer') {
            producer = new QueueProducer(memory);
            staged = [];
          } else {
            consumer = new QueueConsumer(memory);
          }
          if (consumer.waiting !== queued.length) return false;
          const room = 16 - queued.length - staged.length;
          if (!producer.hasRoom(room) || producer.hasRoom(room + 1)) return false;
        }
        return true;
      }),
    );
    t.true(wasFull > 0, 'the queue was never full');
  });
}

test('a queue of an odd size is refused', t => {
  for (const capacity of [0, -2, 3, 1.5, 2 ** 21]) {
    t.throws(() => createQueueMemory(capacity), { instanceOf: RangeError });
  }
});
