import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import test from 'ava';
import { systemClock } from '../../transports/clock.ts';

test('all threads have the same time', async t => {
  const worker = new Worker(new URL('./clock-thread.ts', import.meta.url));
  for (let i = 0; i < 10; i += 1) {
    const beforeMs = systemClock.nowMs();
    worker.postMessage('?');
    const [thereMs] = await once(worker, 'message');
    const afterMs = systemClock.nowMs();
    t.true(beforeMs <= thereMs && thereMs <= afterMs, `${beforeMs} here, ${thereMs} there, ${afterMs} here`);
  }
  await worker.terminate();
});
