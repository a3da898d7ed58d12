import test from 'ava';
import type { MediaEntry } from '../../../transports/memory/media-entry.ts';
import { QueueConsumer } from '../../../transports/memory/queue-consumer.ts';
import { createQueueMemory } from '../../../transports/memory/queue-memory.ts';
import { QUEUE_AGE_MAX_MS, QueueSender } from '../../../transports/memory/queue-sender.ts';
import { createWakeMemory, Waker } from '../../../transports/memory/wake-word.ts';
import { nowhere, numberedEntry } from './numbered.ts';

const CAPACITY = 64;
/** An eighth of the capacity: a frame begins only while so much is free. */
const FRAME_ROOM = 8;

function setUp() {
  const memory = createQueueMemory(CAPACITY);
  return {
    sender: new QueueSender(memory, new Waker(createWakeMemory())),
    consumer: new QueueConsumer(memory),
  };
}

interface Sent {
  readonly frame: 'key' | 'delta' | 'rest';
  readonly stream?: number;
  readonly atMs?: number;
}

function video(sequenceNumber: number, { frame, stream = 1, atMs = 0 }: Sent): MediaEntry {
  return {
    ...numberedEntry(sequenceNumber, nowhere),
    sequenceNumber,
    arrivedAtMs: atMs,
    stream,
    kind: 'video',
    startsFrame: frame !== 'rest',
    startsKeyframe: frame === 'key',
  };
}

/** Sends frames of four packets from `first` on, each `every`th a keyframe; gives the numbers of those that passed. */
function sendFrames(sender: QueueSender, first: number, frames: number, every: number, stream = 1): number[] {
  const passed: number[] = [];
  for (let i = 0; i < 4 * frames; i += 1) {
    const frame = i % 4 !== 0 ? 'rest' : i % (4 * every) === 0 ? 'key' : 'delta';
    if (sender.send(video(first + i, { frame, stream }))) passed.push(first + i);
  }
  return passed;
}

const range = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => from + index);

test('a queue that nobody drains takes whole frames, then nothing until a keyframe that finds room', t => {
  const { sender, consumer } = setUp();
  const taken: [number, number][] = [];
  const drain = () => consumer.drain(CAPACITY, e => taken.push([e.sequenceNumber, e.droppedBefore]));

  const passed = sendFrames(sender, 0, 30, 100);
  // The last frame began with just the room that one must find.
  t.deepEqual(passed, range(0, CAPACITY - FRAME_ROOM + 4));
  t.true(sender.isDropping(1, 'video'));
  sender.flush();
  t.is(consumer.dropped, 60);
  t.is(consumer.dropping, 1);
  drain();

  // There is room again; but what comes before a keyframe refers to what was dropped.
  t.false(sender.send(video(120, { frame: 'delta' })));
  t.deepEqual(sendFrames(sender, 121, 2, 100), range(121, 129));
  sender.flush();
  drain();
  t.deepEqual(
    taken,
    [...range(0, 60), ...range(121, 129)].map(number => [number, number === 121 ? 61 : 0]),
  );
  t.is(consumer.dropped, 61);
  t.is(consumer.dropping, 0);
});

test('each stream goes on with its own keyframe, and one that is forgotten is dropped no more', t => {
  const { sender, consumer } = setUp();
  sendFrames(sender, 0, 15, 100, 1);
  for (const stream of [1, 2, 3]) t.false(sender.send(video(100, { frame: 'delta', stream })));
  t.is(sender.dropping, 3);
  sender.flush();
  consumer.skip();
  t.true(sender.send(video(200, { frame: 'key', stream: 2 })));
  t.false(sender.send(video(201, { frame: 'rest', stream: 1 })));
  t.false(sender.isDropping(2, 'video'));
  t.is(sender.dropping, 2);
  sender.forget(1);
  sender.forget(1);
  sender.forget(2);
  t.is(sender.dropping, 1);
  t.true(sender.send(video(202, { frame: 'delta', stream: 1 })), 'who subscribes again begins anew');
});

test('audio takes the last places, is dropped singly, and goes on at once', t => {
  const { sender, consumer } = setUp();
  const audio = (sequenceNumber: number): MediaEntry => ({
    ...numberedEntry(sequenceNumber, nowhere),
    stream: 1,
    kind: 'audio',
    startsFrame: false,
    startsKeyframe: false,
  });
  sendFrames(sender, 0, 15, 100);
  t.false(sender.send(video(60, { frame: 'delta' })));
  t.deepEqual(
    range(0, 6).map(number => sender.send(audio(number))),
    [true, true, true, true, false, false],
  );
  sender.flush();
  consumer.skip();
  t.true(sender.send(audio(6)));
  sender.flush();
  t.is(
    consumer.drain(1, entry => t.is(entry.droppedBefore, 2)),
    1,
  );
  t.true(sender.isDropping(1, 'video'));
  t.false(sender.isDropping(1, 'audio'));
});

test('a queue whose oldest entry is too old takes no new frame, and goes on when that was taken', t => {
  const { sender, consumer } = setUp();
  const late = QUEUE_AGE_MAX_MS + 1;
  t.true(sender.send(video(0, { frame: 'key', atMs: 0 })));
  t.true(sender.send(video(1, { frame: 'delta', atMs: QUEUE_AGE_MAX_MS })));
  t.true(sender.send(video(2, { frame: 'rest', atMs: late })), 'a frame that has begun is sent to its end');
  t.false(sender.send(video(3, { frame: 'key', atMs: late })));
  sender.flush();
  consumer.drain(1, () => {});
  t.true(sender.send(video(4, { frame: 'key', atMs: late })));
  sender.flush();
  consumer.skip();
  t.true(sender.send(video(5, { frame: 'delta', atMs: 10 * late })), 'nothing waits');
});
