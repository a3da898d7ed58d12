import test from 'ava';
import type { Close, Refused } from '../../../actors/protocol.ts';
import { addressOf } from '../../../actors/runtime/address.ts';
import type { Behaviour, Message } from '../../../actors/runtime/behaviour.ts';
import { perform, stop } from '../../../actors/runtime/effects.ts';
import type { OpenSession, SessionArgs, ShardFacts } from '../../../actors/sessions/facts.ts';
import { sessions } from '../../../actors/sessions/sessions.ts';
import { testSystem } from '../runtime/harness.ts';

/** Ends when it is told to, and writes down why. */
const session: Behaviour<SessionArgs, null, Close> = {
  name: 'session',
  restart: 'never',
  start: () => [null],
  receive: (state, message) =>
    message.type === 'close' ? [state, perform('journal', message.reason), stop()] : [state],
};
const pulls = addressOf('a', '/pulls');
const endSessions = { type: 'end-sessions', reason: 'the server is stopping' } as Message;

function world() {
  const made = testSystem();
  made.system.start('/pulls', sessions('pulls', session as never), {} as ShardFacts);
  const answers: Message[] = [];
  const inbox = made.system.inbox(message => answers.push(message));
  const join = (id: string) =>
    made.system.tell(pulls, { type: 'open', session: id, replyTo: inbox.address } as OpenSession);
  return { ...made, join, answers };
}

test('every session is told why it ends, and the answer comes when the last has ended', async t => {
  const { system, journal, join, log } = world();
  for (const id of ['pull-0-a', 'pull-0-b', 'pull-0-c']) join(id);
  await system.whenQuiet();
  t.is((await system.ask(pulls, endSessions, 1000)).type, 'accepted');
  t.deepEqual(journal, Array(3).fill('the server is stopping'));
  t.deepEqual(system.paths(), ['/pulls']);
  t.deepEqual(log, []);
});

test('where nobody is the answer comes at once', async t => {
  const { system, join } = world();
  join('pull-0-a');
  await system.whenQuiet();
  system.tell(addressOf('a', '/pulls/pull-0-a'), { type: 'close', reason: 'left' } as Message);
  await system.whenQuiet();
  t.is((await system.ask(pulls, endSessions, 1000)).type, 'accepted');
});

test('nobody is let in any more', async t => {
  const { system, join, answers } = world();
  await system.ask(pulls, endSessions, 1000);
  join('pull-0-late');
  await system.whenQuiet();
  t.like(answers[0] as Refused, { type: 'refused', status: 503, title: 'Node stopping' });
  t.deepEqual(system.paths(), ['/pulls']);
});
