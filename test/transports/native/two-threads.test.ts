import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import test from 'ava';
import type { PouringThreadData } from './pouring-thread.ts';
import { openNative } from './sockets.ts';

const ANSWERS = 100;

test('threads have the addon at once, each its own sockets, and one may end before the other', async t => {
  const workerData: PouringThreadData = { mode: 'idle' };
  const threads = [1, 2].map(
    () => new Worker(new URL('./pouring-thread.ts', import.meta.url), { workerData }),
  );
  const ports = await Promise.all(
    threads.map(async thread => ((await once(thread, 'message')) as [number])[0]),
  );
  t.not(ports[0], ports[1]);
  const answers = new Map(ports.map(port => [port, 0]));
  let wanted: readonly number[] = ports;
  let done = () => {};
  const socket = await openNative({
    sink: {
      receive(bytes, { remotePort }) {
        if (bytes.toString() !== '1') return;
        answers.set(remotePort, answers.get(remotePort)! + 1);
        ask(remotePort);
      },
      batchEnd() {
        socket.flush();
        if (wanted.every(port => answers.get(port)! >= ANSWERS)) done();
      },
    },
  });
  t.teardown(() => socket.close());
  const ask = (remotePort: number) =>
    socket.send(Uint8Array.of(1), { localAddress: '127.0.0.1', remoteAddress: '127.0.0.1', remotePort });
  const reach = async (of: readonly number[]) => {
    wanted = of;
    for (const port of of) answers.set(port, 0);
    const reached = new Promise<void>(resolve => {
      done = resolve;
    });
    for (const port of of) ask(port);
    socket.flush();
    await reached;
  };
  await reach(ports);
  await threads[0]!.terminate();
  await reach([ports[1]!]);
  await threads[1]!.terminate();
  t.pass();
});
