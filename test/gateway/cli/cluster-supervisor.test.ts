import test from 'ava';
import type { NodeProcess } from '../../../gateway/cli/cluster/process.ts';
import { Restarts } from '../../../gateway/cli/cluster/restarts.ts';
import { Supervisor } from '../../../gateway/cli/cluster/supervisor.ts';
import { fakeTerminal } from './fake-terminal.ts';

test('who dies is started again, later each time, and after too many deaths no more', t => {
  const restarts = new Restarts();
  const delays: unknown[] = [];
  for (let i = 0; i < 9; i += 1) {
    const verdict = restarts.died(i * 1000, 'a');
    delays.push(verdict.do === 'restart' ? verdict.afterMs : verdict.reason);
  }
  t.deepEqual(delays, [200, 400, 800, 1600, 3200, 5000, 5000, 5000, 'it has died 9 times within 60 s']);
});

test('deaths of long ago and those of others do not count', t => {
  const restarts = new Restarts();
  const first = { do: 'restart', afterMs: 200 };
  for (let i = 0; i < 20; i += 1) t.deepEqual(restarts.died(i * 60_000, 'a'), first);
  t.deepEqual(restarts.died(19 * 60_000, 'b'), first);
});

function world() {
  const terminal = fakeTerminal();
  const started: string[] = [];
  const ended: string[] = [];
  const living = new Map<string, { up(): void; die(how: string): void }>();
  const supervisor = new Supervisor({
    clock: terminal.clock,
    tell: line => terminal.tell(line),
    start(name): NodeProcess {
      started.push(name);
      const up = Promise.withResolvers<void>();
      up.promise.catch(() => {});
      const end = Promise.withResolvers<string>();
      end.promise.then(how => up.reject(new Error(how)));
      living.set(name, { up: up.resolve, die: end.resolve });
      return {
        pid: started.length,
        up: up.promise,
        ended: end.promise,
        kill: () => end.resolve('ended by SIGKILL'),
        impair: () => {},
        async end() {
          await new Promise(setImmediate);
          ended.push(name);
          end.resolve('ended with code 0');
        },
      };
    },
  });
  return { terminal, supervisor, started, ended, of: (name: string) => living.get(name)! };
}

async function running(...names: string[]) {
  const all = world();
  const up = all.supervisor.start(names);
  for (const name of names) all.of(name).up();
  await up;
  return all;
}

test('of two, the one that dies comes back; the other is left alone; a line says so', async t => {
  const { terminal, supervisor, started, of } = await running('a', 'b');
  of('b').die('ended by SIGKILL');
  await terminal.pass(0);
  t.deepEqual(terminal.told, ['zrtc: b (pid 2) ended by SIGKILL; it is started again in 200 ms']);
  await terminal.pass(199);
  t.deepEqual(started, ['a', 'b']);
  await terminal.pass(1);
  t.deepEqual(started, ['a', 'b', 'b']);
  of('b').up();
  await terminal.pass(0);
  t.is(terminal.told[1], 'zrtc: b (pid 3) is up again after 200 ms');
  t.is(supervisor.pidOf('a'), 1);
  t.is(supervisor.pidOf('b'), 3);
});

test('one that dies again before it is up is started again as well', async t => {
  const { terminal, started, of } = await running('a');
  of('a').die('x');
  await terminal.pass(0);
  await terminal.pass(200);
  of('a').die('x');
  await terminal.pass(0);
  await terminal.pass(400);
  t.deepEqual(started, ['a', 'a', 'a']);
});

test('one whose first start fails is not started again: the start fails with its words', async t => {
  const { terminal, supervisor, started, of } = world();
  const start = supervisor.start(['a', 'b']);
  of('a').die('cannot start: port in use');
  await t.throwsAsync(start, { message: 'a: cannot start: port in use' });
  await terminal.pass(10_000);
  t.deepEqual(started, ['a', 'b']);
});

test('the stop is in stages, and nobody who ends comes back, nor who was to', async t => {
  const { terminal, supervisor, started, ended, of } = await running('a', 'b', 'c', 'd');
  of('d').die('x');
  await terminal.pass(0);
  await supervisor.stop([['c'], ['a', 'b'], []]);
  t.deepEqual(ended, ['c', 'a', 'b']);
  await terminal.pass(60_000);
  t.is(started.length, 4);
});

test('after the stop nobody is started any more', async t => {
  const { supervisor, started } = world();
  await supervisor.stop([]);
  await t.throwsAsync(supervisor.start(['a']));
  t.deepEqual(started, []);
});
