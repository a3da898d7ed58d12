import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { addressOf } from '../../../actors/runtime/address.ts';
import { systemClock } from '../../../transports/clock.ts';
import { linkedSystem } from './linked-system.ts';
import { keys, until } from './socket-nodes.ts';

const program = fileURLToPath(new URL('./linked-process.ts', import.meta.url));
const question = (text: string) => ({ type: 'echo', text }) as never;

test('two systems of one process ask each other, and each hears of the other’s end', async t => {
  const [a, b] = [await linkedSystem('a', keys), await linkedSystem('b', keys)];
  t.teardown(() => Promise.all([a.close(), b.close()]));
  a.links.connect(b.endpoint);
  await until(() => a.ups.length + b.ups.length === 2);
  for (const [from, to] of [
    [a, 'b'],
    [b, 'a'],
  ] as const) {
    t.like(await from.system.ask(addressOf(to, '/echo'), question('hello'), 2_000), {
      text: 'hello',
      count: 1,
    });
  }
  const told: string[] = [];
  a.system.watch(addressOf('b', '/echo'), reason => told.push(reason));
  await a.system.ask(addressOf('b', '/echo'), question('again'), 2_000);
  b.system.stopActor(addressOf('b', '/echo'));
  await until(() => told.length > 0);
  t.deepEqual(told, ['stopped']);
});

/** A node in a process of its own that joins `join`. */
async function nodeProcess(join: readonly string[]): Promise<ChildProcess> {
  const child = fork(program, [JSON.stringify({ node: 'far', keys, join })]);
  await once(child, 'message');
  return child;
}

test('a process that is killed is missed within 3 s, once, and comes back as a new incarnation', async t => {
  const here = await linkedSystem('here', keys);
  const far = addressOf('far', '/echo');
  let child = await nodeProcess([here.endpoint]);
  t.teardown(async () => {
    child.kill('SIGKILL');
    await here.close();
  });
  await until(() => here.ups.length === 1);
  t.like(await here.system.ask(far, question('1'), 2_000), { text: '1', count: 1 });
  const told: string[] = [];
  here.system.watch(far, reason => told.push(reason));
  const open = here.system.ask(addressOf('far', '/nobody-answers'), question('2'), 60_000);
  const refused = t.throwsAsync(open);
  const killedAtMs = systemClock.nowMs();
  child.kill('SIGKILL');
  await until(() => told.length > 0, 3_000);
  t.log(`missed after ${Math.round(systemClock.nowMs() - killedAtMs)} ms`);
  t.deepEqual(told, ['no connection']);
  await refused;
  await t.throwsAsync(here.system.ask(far, question('3'), 2_000));

  child = await nodeProcess([here.endpoint]);
  await until(() => here.ups.length === 2);
  t.not(here.ups[1], here.ups[0]);
  t.like(await here.system.ask(far, question('4'), 2_000), { text: '4', count: 1 });
  t.deepEqual(told, ['no connection']);
  t.is(here.system.census.overLinks, 0);
});

test('a process that has closed its links ends by itself', async t => {
  const here = await linkedSystem('here', keys);
  t.teardown(() => here.close());
  const child = await nodeProcess([here.endpoint, 'tcp://127.0.0.1:1']);
  await until(() => here.ups.length === 1);
  const exited = once(child, 'exit');
  const askedAtMs = systemClock.nowMs();
  child.send('close');
  t.deepEqual(await exited, [0, null]);
  t.true(systemClock.nowMs() - askedAtMs < 2_000);
});

test('a process that is stopped without being killed is missed within 3 s too', async t => {
  const here = await linkedSystem('here', keys);
  const child = await nodeProcess([here.endpoint]);
  t.teardown(async () => {
    child.kill('SIGKILL');
    await here.close();
  });
  await until(() => here.ups.length === 1);
  const told: string[] = [];
  here.system.watch(addressOf('far', '/echo'), reason => told.push(reason));
  await here.system.ask(addressOf('far', '/echo'), question('1'), 2_000);
  child.kill('SIGSTOP');
  await until(() => told.length > 0, 3_000);
  child.kill('SIGCONT');
  // It finds out that it was given up, and comes back by itself.
  await until(() => here.ups.length === 2);
  t.like(await here.system.ask(addressOf('far', '/echo'), question('2'), 2_000), { text: '2', count: 2 });
  t.deepEqual(told, ['no connection']);
});
