import test from 'ava';
import type { Message } from '../../../actors/runtime/behaviour.ts';
import { cancel, timer } from '../../../actors/runtime/effects.ts';
import { drive } from '../../../simulations/virtual-clock.ts';
import { act, at, fail, puppet, testSystem } from './harness.ts';

const ring = (text: string): Message => ({ type: text });
const typesOf = (heard: readonly Message[]): string[] => heard.map(({ type }) => type);

test('timers fire in the order of their time, and of their setting where it is the same', async t => {
  const { system, clock } = testSystem();
  const heard: Message[] = [];
  const first = [
    timer('c', 30, ring('third')),
    timer('a', 10, ring('first')),
    timer('d', 30, ring('fourth')),
    timer('b', 20, ring('second')),
  ];
  system.start('/x', puppet, { heard, first });
  t.is(system.timersSet, 4);
  await drive(clock, [system], 29);
  t.deepEqual(typesOf(heard), ['first', 'second']);
  await drive(clock, [system], 30);
  t.deepEqual(typesOf(heard), ['first', 'second', 'third', 'fourth']);
  t.is(system.timersSet, 0);
});

test('a timer of the same key is replaced, and a cancelled one never comes', async t => {
  const { system, clock } = testSystem();
  const heard: Message[] = [];
  const first = [
    timer('k', 10, ring('old')),
    timer('k', 20, ring('new')),
    timer('gone', 5, ring('gone')),
    cancel('gone'),
  ];
  system.start('/x', puppet, { heard, first });
  await drive(clock, [system], 100);
  t.deepEqual(typesOf(heard), ['new']);
});

test('one that has fired can still be taken back or replaced while its message waits', async t => {
  const { system, clock } = testSystem();
  const heard: Message[] = [];
  system.start('/x', puppet, { heard, first: [timer('k', 10, ring('old')), timer('l', 10, ring('old'))] });
  system.tell(at('/x'), act(cancel('k'), timer('l', 5, ring('new'))));
  clock.advanceTo(10);
  t.is(system.pending, 3);
  await drive(clock, [system], 100);
  t.deepEqual(typesOf(heard), ['new']);
});

test('timers are gone with the actor, by a stop or a crash; the restarted one has only its own', async t => {
  const { system, clock } = testSystem();
  const heard: Message[] = [];
  const first = [timer('start', 50, ring('of the start'))];
  const address = system.start('/x', puppet, { heard, first });
  system.tell(address, act(timer('late', 50, ring('of the crashed'))));
  await drive(clock, [system], 20);
  system.tell(address, fail());
  await system.whenQuiet();
  t.is(system.timersSet, 1);
  await drive(clock, [system], 100);
  t.deepEqual(typesOf(heard), ['of the start']);
  t.is(system.counters.deadLetters, 0);
});

test('one that has fired and waits is no dead letter when its actor ends: nobody sent it', t => {
  const { system, clock } = testSystem();
  const address = system.start('/x', puppet, { first: [timer('k', 10, ring('tick'))] });
  clock.advanceTo(10);
  t.is(system.pending, 1);
  system.stopActor(address);
  t.is(system.pending, 0);
  t.is(system.counters.deadLetters, 0);
});

test('an actor is told the time at which its timer fired', async t => {
  const { system, clock } = testSystem();
  const times: number[] = [];
  const watchmaker = {
    name: 'watchmaker',
    restart: 'always',
    start: () => [null, timer('k', 12.5, ring('tick'))],
    receive(_state: null, _message: Message, self: { nowMs: number; wallMs: number }) {
      times.push(self.nowMs, self.wallMs - clock.wallMs());
      return [null];
    },
  } as const;
  system.start('/x', watchmaker as never, null);
  await drive(clock, [system], 1000);
  t.deepEqual(times, [12.5, 0]);
});
