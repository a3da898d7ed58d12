import test from 'ava';
import type { Behaviour, Message } from '../../../actors/runtime/behaviour.ts';
import { perform, spawn } from '../../../actors/runtime/effects.ts';
import { RestartsExceeded } from '../../../actors/runtime/failures.ts';
import { MAX_RESTARTS, RESTART_WINDOW_MS } from '../../../actors/runtime/supervision.ts';
import { act, at, fail, mortalPuppet, note, puppet, testSystem } from './harness.ts';

async function crash(
  system: ReturnType<typeof testSystem>['system'],
  path: string,
  times: number,
): Promise<void> {
  for (let i = 0; i < times; i += 1) {
    system.tell(at(path), fail());
    await system.whenQuiet();
  }
}

test('a crashed actor starts again with its arguments, and without its state', async t => {
  const { system, journal } = testSystem();
  const states: number[] = [];
  const counting: Behaviour<number, number, Message> = {
    name: 'counting',
    restart: 'always',
    start: from => [from, note('start')],
    receive(count, { type }) {
      states.push(count);
      if (type === 'fail') throw new Error('told to fail');
      return [count + 1];
    },
  };
  system.start('/x', counting, 10);
  for (const type of ['a', 'b']) system.tell(at('/x'), { type });
  await crash(system, '/x', 1);
  system.tell(at('/x'), { type: 'c' });
  await system.whenQuiet();
  t.deepEqual(states, [10, 11, 12, 10]);
  t.deepEqual(journal, ['start', 'start']);
  t.like(system.counters, { crashes: 1, restarts: 1 });
});

test('one that is not to be restarted ends, and its parent lives on', async t => {
  const { system } = testSystem();
  system.start('/top', puppet, { first: [spawn('session', mortalPuppet, {}), spawn('other', puppet, {})] });
  await crash(system, '/top/session', 1);
  t.deepEqual(system.paths(), ['/top', '/top/other']);
  t.like(system.counters, { crashes: 1, restarts: 0 });
});

test('within the window a supervisor restarts so many children, and fails itself at the next crash', async t => {
  const { system, log } = testSystem();
  const first = [spawn('x', puppet, {}), spawn('y', puppet, {})];
  const before = system.start('/top', puppet, { first });
  await crash(system, '/top/x', MAX_RESTARTS - 1);
  await crash(system, '/top/y', 1);
  t.is(system.counters.restarts, MAX_RESTARTS);
  system.tell(before, act(note('the supervisor is still the first')));
  await system.whenQuiet();
  t.is(system.counters.deadLetters, 0);
  await crash(system, '/top/x', 1);
  // The child's last crash, then the supervisor's own, which its supervisor answers by a restart.
  t.like(system.counters, { crashes: MAX_RESTARTS + 2, restarts: MAX_RESTARTS + 1 });
  t.deepEqual(system.paths(), ['/top', '/top/x', '/top/y']);
  t.true(
    log.some(({ path, error }) => path === '/top' && String(error).startsWith('/top/x crashed more often')),
  );
  system.tell(before, { type: 'to the first supervisor' });
  t.is(system.counters.deadLetters, 1);
});

test('crashes further apart than the window never add up', async t => {
  const { system, clock } = testSystem();
  const top = system.start('/top', puppet, { first: [spawn('x', puppet, {})] });
  for (let i = 0; i < 3 * MAX_RESTARTS; i += 1) {
    await crash(system, '/top/x', 1);
    clock.advanceBy(RESTART_WINDOW_MS / MAX_RESTARTS);
  }
  system.tell(top, { type: 'still the first' });
  await system.whenQuiet();
  t.like(system.counters, { restarts: 3 * MAX_RESTARTS, deadLetters: 0 });
});

test('a failure that no restart cures climbs to the root, which is lost', async t => {
  const failures: unknown[] = [];
  const { system } = testSystem({ onRootFailure: error => failures.push(error) });
  let starts = 0;
  const stillborn: Behaviour<null, null, Message> = {
    name: 'stillborn',
    restart: 'always',
    start() {
      starts += 1;
      throw new Error('cannot start');
    },
    receive: state => [state],
  };
  system.start('/top', puppet, {
    first: [spawn('middle', puppet, { first: [spawn('x', stillborn, null)] })],
  });
  await system.whenQuiet();
  const times = MAX_RESTARTS + 1;
  t.is(starts, times * times * times);
  t.is(failures.length, 1);
  t.true(failures[0] instanceof RestartsExceeded);
  t.deepEqual(system.paths(), []);
});

test('a top actor that is not to be restarted is lost at its first crash', async t => {
  const failures: unknown[] = [];
  const { system } = testSystem({ onRootFailure: error => failures.push(error) });
  system.start('/top', mortalPuppet, {});
  await crash(system, '/top', 1);
  t.deepEqual(failures.map(String), ['Error: told to fail']);
});

for (const [what, effect] of [
  ['spawns a name that a living child has', spawn('child', puppet, {})],
  ['spawns a name with a slash', spawn('a/b', puppet, {})],
  ['spawns the name of the replies', spawn('~', puppet, {})],
  ['spawns an empty name', spawn('', puppet, {})],
  ['commands a port that is not there', perform('nothing', null)],
  ['commands what every object has', perform('toString', null)],
  ['commands a port that throws', perform('throwing', null)],
] as const) {
  test(`an actor that ${what} crashes, and what it asked for after that is not done`, async t => {
    const throwing = () => {
      throw new Error('no');
    };
    const { system, journal } = testSystem({ ports: { throwing } });
    system.start('/top', mortalPuppet, { first: [spawn('child', puppet, {})], last: [note('ended')] });
    system.tell(at('/top'), act(note('before'), effect, note('after')));
    await system.whenQuiet();
    t.deepEqual(journal, ['before', 'ended']);
    t.deepEqual(system.paths(), []);
  });
}

test('a crash in a child’s start is the child’s: its parent goes on with its effects', async t => {
  const { system, journal } = testSystem();
  const stillborn = {
    ...mortalPuppet,
    start() {
      throw new Error('cannot start');
    },
  };
  system.start('/top', puppet, { first: [spawn('child', stillborn, {}), note('after the spawn')] });
  t.deepEqual(journal, ['after the spawn']);
  t.deepEqual(system.paths(), ['/top']);
});

test('nothing is restarted beneath what its last effects have ended, or in a system that they have stopped', async t => {
  for (const what of ['parent', 'system']) {
    const end = () => (what === 'parent' ? system.stopActor(at('/top')) : void system.stop());
    const { system } = testSystem({ ports: { end } });
    const restless = { last: [perform('end', null)] };
    system.start('/alone', puppet, restless);
    system.start('/top', puppet, { first: [spawn('child', puppet, restless)] });
    await crash(system, what === 'parent' ? '/top/child' : '/alone', 1);
    t.deepEqual(system.paths(), what === 'parent' ? ['/alone'] : []);
  }
});

test('a log that throws changes nothing', async t => {
  const { system } = testSystem({
    log() {
      throw new Error('disk full');
    },
  });
  system.start('/x', puppet, {});
  await crash(system, '/x', 2);
  t.deepEqual(system.paths(), ['/x']);
});
