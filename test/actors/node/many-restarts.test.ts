import { readdirSync } from 'node:fs';
import process from 'node:process';
import test from 'ava';
import type { WorkerEnded, WorkerReady } from '../../../actors/node/messages.ts';
import { Workers } from '../../../actors/node/workers.ts';
import { addressOf } from '../../../actors/runtime/address.ts';
import type { Message } from '../../../actors/runtime/behaviour.ts';
import { ActorSystem } from '../../../actors/runtime/system.ts';
import { systemClock } from '../../../transports/clock.ts';
import { systemRandom } from '../../../transports/random.ts';
import { settingsOf } from './real-shards.ts';

/** Two thirds of a second each; the figure that counts is for 200. */
const RESTARTS = Number(process.env.ZRTC_TEST_RESTARTS ?? 10);
/** By then all code is loaded and compiled, and the allocator has the arenas that it keeps. */
const WARM_UP = Math.ceil(RESTARTS / 2);
/** A thread that leaked would leak its heap, some 20 MB, each time. */
const GROWTH_MAX_MB_PER_RESTART = 2;

test(`a shard that dies ${RESTARTS} times leaves neither memory nor file descriptors behind`, async t => {
  const workers = new Workers({ clock: systemClock, settingsOf, log: () => {}, warn: () => {} });
  const system = new ActorSystem({
    node: 'node-1',
    root: '',
    clock: systemClock,
    random: systemRandom,
    ports: {},
  });
  let heard: (message: WorkerReady | WorkerEnded) => void = () => {};
  const inbox = system.inbox(message => {
    if (message.type !== 'shard-loaded') heard(message as WorkerReady | WorkerEnded);
  });
  const next = () =>
    new Promise<WorkerReady | WorkerEnded>(resolve => {
      heard = resolve;
    });
  const start = async () => {
    const ready = next();
    workers.perform(system, { do: 'start', shard: 0 }, inbox.address);
    t.is((await ready).type, 'worker-ready');
  };
  const census = () => ({
    files: readdirSync('/proc/self/fd').length,
    rssMb: Math.round(process.memoryUsage.rss() / 2 ** 20),
  });

  await start();
  const seen = [census()];
  const startedAtMs = performance.now();
  for (let restart = 1; restart <= RESTARTS; restart += 1) {
    const ended = next();
    // An answer that can be given to nobody: the shard's root actor throws.
    const poison = { type: 'report', replyTo: null } as Message;
    system.tell(addressOf('node-1', '/shards/shard-0'), poison);
    t.like(await ended, { type: 'worker-ended', isFinal: false });
    await start();
    seen.push(census());
  }
  const restartMs = Math.round((performance.now() - startedAtMs) / RESTARTS);
  workers.perform(system, { do: 'stop-all' }, inbox.address);
  await workers.ended();
  await system.stop();

  const words = seen
    .filter((_, i) => i % Math.ceil(RESTARTS / 8) === 0 || i === RESTARTS)
    .map(({ files, rssMb }) => `${files} files ${rssMb} MB`);
  t.log(`${restartMs} ms each; ${words.join(', ')}`);
  const [warm, last] = [seen[WARM_UP]!, seen[RESTARTS]!];
  t.true(last.files <= warm.files + 2, `${warm.files} to ${last.files} file descriptors`);
  const growthMb = last.rssMb - warm.rssMb;
  t.true(growthMb <= GROWTH_MAX_MB_PER_RESTART * (RESTARTS - WARM_UP), `${growthMb} MB more`);
});
