import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import test from 'ava';
import type { PouringThreadData } from './pouring-thread.ts';
import { openNative } from './sockets.ts';

const WARM_UPS = 2;
const TERMINATIONS = 12;
/** More than are read at a time, so that the thread has some left whenever it ends. */
const DATAGRAMS = 150;

const openDescriptors = () => readdirSync('/proc/self/fd').length;

for (const mode of ['idle', 'busy'] as const)
  test.serial(
    `a thread that is ${mode} is ended while datagrams pour in, and leaves nothing behind`,
    async t => {
      let answers = 0;
      let answered = () => {};
      const socket = await openNative({
        sink: {
          receive() {
            answers += 1;
            answered();
          },
          batchEnd() {},
        },
      });
      t.teardown(() => socket.close());

      const pourAndEnd = async (round: number) => {
        const workerData: PouringThreadData = { mode };
        const thread = new Worker(new URL('./pouring-thread.ts', import.meta.url), { workerData });
        const [port] = (await once(thread, 'message')) as [number];
        const path = { localAddress: '127.0.0.1', remoteAddress: '127.0.0.1', remotePort: port };
        const pour = () => {
          for (let i = 0; i < DATAGRAMS; i += 1) socket.send(Buffer.alloc(10 + i, i), path);
          socket.flush();
        };
        const first = new Promise<void>(resolve => {
          answered = resolve;
        });
        pour();
        // Ended at once, or with some turns behind it.
        for (let turns = 0; turns < round % 4; turns += 1) {
          await first;
          pour();
        }
        await thread.terminate();
      };

      for (let round = 0; round < WARM_UPS; round += 1) await pourAndEnd(round);
      const before = openDescriptors();
      for (let round = 0; round < TERMINATIONS; round += 1) await pourAndEnd(round);
      t.is(openDescriptors(), before);
      t.true(answers > 0);
    },
  );
