import test from 'ava';
import type { Message } from '../../../actors/runtime/behaviour.ts';
import { watch } from '../../../actors/runtime/effects.ts';
import { NotReachable } from '../../../actors/runtime/failures.ts';
import { MAILBOX_LIMIT } from '../../../actors/runtime/mailbox.ts';
import { act, at, numbered, numbersOf, puppet, testSystem } from './harness.ts';

test('a full mailbox refuses the newest, counts it, and keeps the order of the rest', async t => {
  const { system } = testSystem();
  const heard: Message[] = [];
  system.start('/x', puppet, { heard });
  for (let i = 0; i < MAILBOX_LIMIT + 5; i += 1) system.tell(at('/x'), numbered(i));
  t.is(system.pending, MAILBOX_LIMIT);
  t.like(system.counters, { mailboxOverflows: 5, deadLetters: 5 });
  await system.whenQuiet();
  t.deepEqual(
    numbersOf(heard),
    Array.from({ length: MAILBOX_LIMIT }, (_, i) => i),
  );
  system.tell(at('/x'), numbered(0));
  await system.whenQuiet();
  t.is(heard.length, MAILBOX_LIMIT + 1);
});

test('a question that a full mailbox refuses has no answer at once; what the system owes still comes', async t => {
  const { system } = testSystem();
  const heard: Message[] = [];
  system.start('/watched', puppet, {});
  system.start('/x', puppet, { heard });
  system.tell(at('/x'), act(watch(at('/watched'))));
  await system.whenQuiet();
  for (let i = 0; i < MAILBOX_LIMIT; i += 1) system.tell(at('/x'), act());
  system.stopActor(at('/watched'));
  const question = system.ask(at('/x'), { type: 'question' }, 100);
  await t.throwsAsync(question, { instanceOf: NotReachable });
  await system.whenQuiet();
  t.deepEqual(heard as unknown[], [{ type: 'down', address: at('/watched'), reason: 'stopped' }]);
});
