import test from 'ava';
import { type Effect, spawn, stop, tell, timer, watch } from '../../../actors/runtime/effects.ts';
import { drive } from '../../../simulations/virtual-clock.ts';
import { act, at, fail, mortalPuppet, note, type PuppetArgs, puppet, testSystem } from './harness.ts';

const args = (name: string, ...first: Effect[]): PuppetArgs => ({ first, last: [note(`${name} ended`)] });

/** Beneath `top`: `left` with two leaves, and `right`. */
const family = args(
  'top',
  spawn(
    'left',
    puppet,
    args('left', spawn('leaf-1', puppet, args('leaf-1')), spawn('leaf-2', puppet, args('leaf-2'))),
  ),
  spawn('right', puppet, args('right')),
);
const leavesFirst = ['right ended', 'leaf-2 ended', 'leaf-1 ended', 'left ended', 'top ended'];

test('stopping an actor ends its descendants first, the youngest before the older', async t => {
  const { system, journal } = testSystem();
  const top = system.start('/top', puppet, family);
  t.deepEqual(system.paths(), ['/top', '/top/left', '/top/left/leaf-1', '/top/left/leaf-2', '/top/right']);
  system.stopActor(top);
  t.deepEqual(journal, leavesFirst);
  t.deepEqual(system.paths(), []);
});

test('a crash ends the descendants first too', async t => {
  const { system, journal } = testSystem();
  system.tell(system.start('/top', mortalPuppet, family), fail());
  await system.whenQuiet();
  t.deepEqual(journal, leavesFirst);
  t.deepEqual(system.paths(), []);
});

test('stopping the system ends the top actors in the reverse of their order', async t => {
  const { system, journal } = testSystem();
  system.start('/one', puppet, args('one'));
  system.start('/top', puppet, family);
  await system.stop();
  t.deepEqual(journal, [...leavesFirst, 'one ended']);
  t.throws(() => system.start('/two', puppet, {}), { message: /stopped/ });
  await system.stop();
});

test('what a child did goes on no more: its timers, its messages, its turns', async t => {
  const { system, clock, journal } = testSystem();
  const tick: Effect = timer('tick', 10, { type: 'tick' });
  const ticking = { first: [tick], reply: () => [note('tick'), tick] };
  const top = system.start('/top', puppet, { first: [spawn('child', puppet, ticking)] });
  await drive(clock, [system], 35);
  t.is(journal.length, 3);
  system.tell(at('/top/child'), { type: 'waits' });
  system.stopActor(top);
  t.is(system.pending, 0);
  await drive(clock, [system], 1000);
  t.is(journal.length, 3);
  t.is(system.timersSet, 0);
  t.is(clock.timersSet, 0);
});

test('an actor stops a child by its name, or itself; what it asked for after that is not done', async t => {
  const { system, journal, log } = testSystem();
  system.start('/top', puppet, family);
  system.tell(at('/top'), act(stop('left'), stop('no such child'), note('still here')));
  await system.whenQuiet();
  t.deepEqual(journal.splice(0), ['leaf-2 ended', 'leaf-1 ended', 'left ended', 'still here']);
  t.deepEqual(system.paths(), ['/top', '/top/right']);
  system.tell(at('/top'), act(note('before'), stop(), note('after')));
  await system.whenQuiet();
  t.deepEqual(journal, ['before', 'right ended', 'top ended']);
  t.true(log.some(({ message }) => message.includes('after its end')));
});

test('last effects may speak to others, and to nobody of its own', async t => {
  const { system, journal, log } = testSystem();
  const heard: { type: string }[] = [];
  system.start('/other', puppet, { heard });
  const last = [
    tell(at('/other'), { type: 'farewell' }),
    timer('late', 1, { type: 'late' }),
    watch(at('/other')),
    spawn('child', puppet, {}),
    { effect: 'do', port: 'no such port', command: null } as const,
    note('done'),
  ];
  system.stopActor(system.start('/x', puppet, { last }));
  await system.whenQuiet();
  t.deepEqual(heard, [{ type: 'farewell' }]);
  t.deepEqual(journal, ['done']);
  t.is(system.timersSet, 0);
  t.deepEqual(system.paths(), ['/other']);
  t.is(log.filter(({ message }) => /cannot (timer|watch|spawn)/.test(message)).length, 3);
});

test('a stopped() that throws is contained: the parent and its siblings end as they should', async t => {
  const { system, journal, log } = testSystem();
  const throwing = {
    ...puppet,
    stopped: () => {
      throw new Error('no end');
    },
  };
  const top = system.start('/top', puppet, {
    first: [spawn('bad', throwing, {}), spawn('good', puppet, args('good'))],
    last: [note('top ended')],
  });
  system.stopActor(top);
  t.deepEqual(journal, ['good ended', 'top ended']);
  t.deepEqual(system.paths(), []);
  t.true(log.some(({ message, error }) => message.includes('stopped()') && error === 'no end'));
});

test('a child tells its parent in its last effects: heard when it alone stops, a dead letter when both do', async t => {
  const { system } = testSystem();
  const heard: { type: string }[] = [];
  const child = { last: [tell(at('/top'), { type: 'farewell' })] };
  const top = system.start('/top', puppet, { heard, first: [spawn('child', puppet, child)] });
  system.tell(top, act(stop('child')));
  await system.whenQuiet();
  t.is(heard.length, 1);
  system.tell(top, act(spawn('child', puppet, child)));
  await system.whenQuiet();
  system.stopActor(top);
  await system.whenQuiet();
  t.is(heard.length, 1);
  t.is(system.counters.deadLetters, 1);
});
