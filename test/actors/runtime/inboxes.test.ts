import test from 'ava';
import type { Message } from '../../../actors/runtime/behaviour.ts';
import { tell, watch } from '../../../actors/runtime/effects.ts';
import { act, at, puppet, testSystem, twoNodes } from './harness.ts';

test('an inbox hears what is sent to it, also from another node, and is watched like an actor', async t => {
  const { a, b, quiet } = twoNodes();
  const heard: string[] = [];
  const watcher: Message[] = [];
  const inbox = a.system.inbox(({ type }) => heard.push(type));
  a.system.start('/x', puppet, {});
  b.system.start('/y', puppet, { heard: watcher, first: [watch(inbox.address)] });
  a.system.tell(at('/x'), act(tell(inbox.address, { type: 'from here' })));
  b.system.tell(at('/y', 'b'), act(tell(inbox.address, { type: 'from there' })));
  await quiet();
  t.deepEqual(heard.sort(), ['from here', 'from there']);
  a.system.tell(inbox.address, { type: 'waits when it closes' });
  inbox.close();
  inbox.close();
  a.system.tell(inbox.address, { type: 'too late' });
  await quiet();
  t.is(heard.length, 2);
  t.is(a.system.counters.deadLetters, 2);
  t.deepEqual(watcher as unknown[], [{ type: 'down', address: inbox.address, reason: 'stopped' }]);
  t.is(a.system.census.inboxes, 0);
});

test('a listener that throws is logged, and hears the next', async t => {
  const { system, log } = testSystem();
  const heard: string[] = [];
  const inbox = system.inbox(({ type }) => {
    heard.push(type);
    throw new Error('listener');
  });
  for (const type of ['1', '2']) system.tell(inbox.address, { type });
  await system.whenQuiet();
  t.deepEqual(heard, ['1', '2']);
  t.is(log.filter(({ error }) => error === 'listener').length, 2);
});

test('at the stop of the system inboxes hear its last words, then their watchers are told', async t => {
  const { a, b, quiet } = twoNodes();
  const heard: string[] = [];
  const told: string[] = [];
  const inbox = a.system.inbox(({ type }) => heard.push(type));
  a.system.start('/x', puppet, { last: [tell(inbox.address, { type: 'last words' })] });
  b.system.watch(inbox.address, reason => told.push(reason));
  await a.system.stop();
  await quiet();
  t.deepEqual(heard, ['last words']);
  t.deepEqual(told, ['stopped']);
});
