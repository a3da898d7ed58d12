import test from 'ava';
import { QueueConsumer } from '../../../transports/memory/queue-consumer.ts';
import { createQueueMemory } from '../../../transports/memory/queue-memory.ts';
import { QueueProducer } from '../../../transports/memory/queue-producer.ts';
import { nowhere, numberedEntry } from './numbered.ts';

test('an entry whose taker throws counts as taken, and the next drain goes on behind it', t => {
  const memory = createQueueMemory(4);
  const producer = new QueueProducer(memory);
  const consumer = new QueueConsumer(memory);
  for (const number of [0, 1, 2, 3]) producer.push(numberedEntry(number, nowhere), 0);
  producer.publish();
  const taken: number[] = [];
  const failing = () =>
    consumer.drain(4, ({ stream }) => {
      taken.push(stream);
      if (stream === 1) throw new Error('no');
    });
  t.throws(failing, { message: 'no' });
  t.true(producer.hasRoom(2), 'their places are free');
  t.is(
    consumer.drain(4, ({ stream }) => taken.push(stream)),
    2,
  );
  t.deepEqual(taken, [0, 1, 2, 3]);
});
