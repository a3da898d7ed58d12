import { readFileSync } from 'node:fs';
import { getPriority } from 'node:os';
import { Worker } from 'node:worker_threads';
import test from 'ava';
import { MEDIA_NICE } from '../../../transports/threads/priority.ts';

const PRIORITY = new URL('../../../transports/threads/priority.ts', import.meta.url);

const code = `
const { getPriority } = await import('node:os');
const { parentPort } = await import('node:worker_threads');
const { raiseThreadPriority } = await import('${PRIORITY}');
const isGranted = raiseThreadPriority();
parentPort.postMessage({ isGranted, nice: getPriority(0) });
`;

test('a thread with media comes before others, and no other thread of its process does', async t => {
  const niceBefore = getPriority(0);
  const worker = new Worker(new URL(`data:text/javascript,${encodeURIComponent(code)}`));
  const { isGranted, nice } = await new Promise<{ isGranted: boolean; nice: number }>((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
  });
  await worker.terminate();
  t.is(nice, isGranted ? MEDIA_NICE : niceBefore);
  t.is(getPriority(0), niceBefore);
  // What may be is: root with the capability has it granted.
  t.is(isGranted, mayRaise());
});

function mayRaise(): boolean {
  // CAP_SYS_NICE is bit 23 (linux/capability.h); RLIMIT_NICE of 20 - nice or more does as well (setrlimit(2)).
  const effective = /^CapEff:\s*(\w+)/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? '0';
  const limit = /^Max nice priority\s+(\S+)/m.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1] ?? '0';
  return ((BigInt(`0x${effective}`) >> 23n) & 1n) === 1n || Number(limit) >= 20 - MEDIA_NICE;
}
