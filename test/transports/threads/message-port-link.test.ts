import { MessageChannel } from 'node:worker_threads';
import test from 'ava';
import { MessagePortLink, type ThreadPort } from '../../../transports/threads/message-port-link.ts';

/** A port that keeps what is posted, and lets the test play the other side. */
function fakePort() {
  const posts: unknown[] = [];
  const listeners: Record<string, ((value?: unknown) => void)[]> = {};
  const port: ThreadPort = {
    postMessage: value => posts.push(structuredClone(value)),
    on(event: string, listener: (value?: never) => void) {
      listeners[event] = [...(listeners[event] ?? []), listener as never];
    },
  };
  const emit = (event: string, value?: unknown) => {
    for (const listener of listeners[event] ?? []) listener(value);
  };
  return { port, posts, emit };
}

test('what is posted in one turn is one post, in order', async t => {
  const { port, posts } = fakePort();
  const link = new MessagePortLink<number>(port);
  for (const number of [1, 2, 3]) link.post(number);
  t.deepEqual(posts, []);
  await null;
  link.post(4);
  await null;
  t.deepEqual(posts, [[1, 2, 3], [4]]);
});

test('an item that cannot be cloned is reported, and the others of its turn arrive', async t => {
  const { port, posts } = fakePort();
  const faults: unknown[] = [];
  const link = new MessagePortLink<unknown>(port, (_error, item) => faults.push(item));
  const uncloneable = () => {};
  for (const item of [1, uncloneable, 3]) link.post(item);
  await null;
  t.deepEqual(posts, [[1], [3]]);
  t.deepEqual(faults, [uncloneable]);
});

for (const event of ['close', 'exit']) {
  test(`after ${event} it is told once, receives nothing and posts nothing`, async t => {
    const { port, posts, emit } = fakePort();
    const link = new MessagePortLink<number>(port);
    const received: number[] = [];
    let closed = 0;
    link.listen(
      item => received.push(item),
      () => {
        closed += 1;
      },
    );
    emit('message', [1, 2]);
    emit(event);
    emit('close');
    emit('message', [3]);
    link.post(4);
    await null;
    t.deepEqual(received, [1, 2]);
    t.is(closed, 1);
    t.deepEqual(posts, []);
  });
}

test('over a real channel: what was posted before the listener came, and before the close, arrives', async t => {
  const { port1, port2 } = new MessageChannel();
  const here = new MessagePortLink<number>(port1);
  const there = new MessagePortLink<number>(port2);
  here.post(1);
  await null;
  const received: number[] = [];
  await new Promise<void>(resolve => {
    there.listen(item => received.push(item), resolve);
    here.post(2);
    here.post(3);
    // The batch goes out at the end of this turn; the close comes after it.
    queueMicrotask(() => port1.close());
  });
  t.deepEqual(received, [1, 2, 3]);
});
