import test from 'ava';
import type { Address } from '../../../actors/runtime/address.ts';
import { ask, spawn, stop, tell, timer, watch } from '../../../actors/runtime/effects.ts';
import { act, at, puppet, testSystem } from './harness.ts';

const nothing = {
  actors: 0,
  destinations: 0,
  asks: 0,
  asksOfActors: 0,
  inboxes: 0,
  watches: 0,
  overLinks: 0,
  seats: 0,
};

test('10,000 actors that come and go leave nothing behind', async t => {
  const { system, clock } = testSystem();
  system.start('/server', puppet, {});
  system.start('/top', puppet, {});
  const busy = {
    first: [
      timer('k', 1000, { type: 'tick' }),
      watch(at('/server')),
      ask(at('/server'), { type: 'question' }, 'key', 5000),
      spawn('child', puppet, { first: [timer('k', 1000, { type: 'tick' })] }),
    ],
  };
  for (let round = 0; round < 10; round += 1) {
    const names = Array.from({ length: 500 }, (_, i) => `x-${round}-${i}`);
    system.tell(at('/top'), act(...names.map(name => spawn(name, puppet, busy))));
    await system.whenQuiet();
    t.is(system.paths().length, 1002);
    t.is(system.timersSet, 1500);
    system.tell(at(`/top/${names[0]}`), act());
    system.tell(at('/top'), act(...names.map(name => stop(name))));
    await system.whenQuiet();
  }
  t.deepEqual(system.paths(), ['/server', '/top']);
  t.deepEqual(system.census, { ...nothing, actors: 2, destinations: 2, seats: 3 });
  t.is(system.pending, 0);
  t.is(system.timersSet, 0);
  t.is(clock.timersSet, 0);
  await system.stop();
  t.deepEqual(system.census, nothing);
});

test('an actor that asks, watches and sets timers for ever keeps only what is open', async t => {
  const { system } = testSystem();
  system.start('/server', puppet, {
    reply: message => [tell((message as unknown as { replyTo: Address }).replyTo, { type: 'yes' })],
  });
  system.start('/x', puppet, {});
  for (let i = 0; i < 1000; i += 1) {
    const question = ask(at('/server'), { type: 'question' }, 'key', 100);
    system.tell(
      at('/x'),
      act(question, watch(at('/server')), watch(at('/nobody')), timer('k', 1, { type: 'tick' })),
    );
  }
  await system.whenQuiet();
  t.deepEqual(system.census, { ...nothing, actors: 2, destinations: 2, watches: 1, seats: 3 });
  t.is(system.timersSet, 1);
});

test('10,000 inboxes, questions and watches from outside leave nothing behind', async t => {
  const { system } = testSystem();
  system.start('/server', puppet, {});
  for (let i = 0; i < 10_000; i += 1) {
    const inbox = system.inbox(() => {});
    system.watch(inbox.address, () => {});
    system.tell(inbox.address, { type: 'x' });
    inbox.close();
    system.watch(at('/server'), () => t.fail()).cancel();
    system.ask(at('/nobody'), { type: 'x' }, 100).catch(() => {});
    if (i % 1000 === 0) await system.whenQuiet();
  }
  await system.whenQuiet();
  t.deepEqual(system.census, { ...nothing, actors: 1, destinations: 1, seats: 2 });
  t.is(system.timersSet, 0);
});
