/** Every moment at which a sender can publish while the shard goes to sleep, played in one thread. */
import test from 'ava';
import { createWakeMemory, Sleeper, Waker } from '../../../transports/memory/wake-word.ts';

function setUp() {
  const memory = createWakeMemory();
  let waiting = 0;
  const sleeper = new Sleeper(memory);
  const waker = new Waker(memory);
  return {
    sleeper,
    waker,
    isIdle: () => waiting === 0,
    /** What a sender does: publish, then wake. Gives whether it notified. */
    publish: () => {
      waiting += 1;
      return waker.wake();
    },
  };
}

/** A wake-up that comes after all those that are due by now. */
async function settled(): Promise<void> {
  const memory = createWakeMemory();
  const { promise, resolve } = Promise.withResolvers<void>();
  new Sleeper(memory).sleep(() => true, resolve);
  new Waker(memory).wake();
  await promise;
}

test('published before the shard goes to sleep: it does not sleep, and is not woken', t => {
  const { sleeper, publish, isIdle } = setUp();
  t.false(publish(), 'woken while awake');
  t.false(sleeper.sleep(isIdle, () => t.fail()));
  t.false(publish(), 'woken while awake');
});

test('published between saying ASLEEP and the last look: it does not sleep', async t => {
  const { sleeper, publish, isIdle } = setUp();
  const slept = sleeper.sleep(
    () => {
      t.true(publish());
      return isIdle();
    },
    () => t.fail(),
  );
  t.false(slept);
  await settled();
});

test('published between the last look and waiting: it does not wait', async t => {
  const { sleeper, publish } = setUp();
  const slept = sleeper.sleep(
    () => {
      t.true(publish());
      return true;
    },
    () => t.fail(),
  );
  t.false(slept);
  await settled();
});

test('published while it sleeps: it is woken once, by the first of many', async t => {
  const { sleeper, publish, isIdle } = setUp();
  const woken = Promise.withResolvers<void>();
  let wakes = 0;
  const slept = sleeper.sleep(isIdle, () => {
    wakes += 1;
    woken.resolve();
  });
  t.true(slept);
  t.deepEqual([publish(), publish(), publish()], [true, false, false]);
  await woken.promise;
  t.false(sleeper.sleeping);
  t.false(publish(), 'woken while awake');
  await settled();
  t.is(wakes, 1);
});

test('a notification that comes late wakes the next sleep without cause, and nothing more', async t => {
  const memory = createWakeMemory();
  const sleeper = new Sleeper(memory);
  const woken = Promise.withResolvers<void>();
  sleeper.sleep(() => true, woken.resolve);
  Atomics.notify(new Int32Array(memory.buffer), 0);
  await woken.promise;
  t.false(new Waker(memory).wake(), 'it is awake, and its word says so');
});

test('after a stop nothing wakes it, and nothing is left waiting', async t => {
  const memory = createWakeMemory();
  const sleeper = new Sleeper(memory);
  sleeper.sleep(
    () => true,
    () => t.fail(),
  );
  sleeper.stop();
  t.is(Atomics.notify(new Int32Array(memory.buffer), 0), 0, 'somebody waits still');
  t.false(new Waker(memory).wake());
  await settled();
  t.false(sleeper.sleeping);
  t.throws(() =>
    sleeper.sleep(
      () => true,
      () => {},
    ),
  );
});

test('a shard that died asleep is taken for awake by its successor', t => {
  const memory = createWakeMemory();
  new Sleeper(memory).sleep(
    () => true,
    () => {},
  );
  new Sleeper(memory);
  t.false(new Waker(memory).wake());
});
