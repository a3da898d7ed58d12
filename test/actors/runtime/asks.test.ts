import test from 'ava';
import type { Address } from '../../../actors/runtime/address.ts';
import type { Message } from '../../../actors/runtime/behaviour.ts';
import { ask, stop, tell } from '../../../actors/runtime/effects.ts';
import { AskTimeout, NotReachable } from '../../../actors/runtime/failures.ts';
import { drive } from '../../../simulations/virtual-clock.ts';
import { act, at, mortalPuppet, type PuppetArgs, puppet, testSystem, twoNodes } from './harness.ts';

const replyToOf = (message: Message): Address => (message as unknown as { replyTo: Address }).replyTo;
/** Answers every question twice; silent to the message `quiet`. */
const answering: PuppetArgs = {
  reply: message =>
    message.type === 'quiet'
      ? []
      : ['yes', 'and again'].map(type => tell(replyToOf(message), { type: `${type}: ${message.type}` })),
};

test('an actor’s question comes back as one answer with its key', async t => {
  const { system } = testSystem();
  const heard: Message[] = [];
  system.start('/server', puppet, answering);
  system.start('/x', puppet, { heard });
  system.tell(
    at('/x'),
    act(ask(at('/server'), { type: 'q1' }, 'one', 100), ask(at('/server'), { type: 'q2' }, 'two', 100)),
  );
  await system.whenQuiet();
  t.deepEqual(heard as unknown[], [
    { type: 'answer', key: 'one', message: { type: 'yes: q1' } },
    { type: 'answer', key: 'two', message: { type: 'yes: q2' } },
  ]);
  t.is(system.counters.deadLetters, 2, 'the second answers find nobody');
  t.is(system.timersSet, 0);
  t.is(system.census.asks, 0);
});

test('without an answer it comes back as no-answer, at its deadline', async t => {
  const { system, clock } = testSystem();
  const heard: Message[] = [];
  system.start('/server', puppet, answering);
  system.start('/x', puppet, { heard });
  system.tell(at('/x'), act(ask(at('/server'), { type: 'quiet' }, 'key', 100)));
  await drive(clock, [system], 99);
  t.deepEqual(heard, []);
  await drive(clock, [system], 100);
  t.deepEqual(heard as unknown[], [{ type: 'no-answer', key: 'key', why: 'timeout' }]);
});

for (const [who, break_] of [
  ['never was', undefined],
  ['has ended', 'stop'],
  ['ends with the question in its mailbox', 'stop with the question waiting'],
  ['crashes over the question', 'crash'],
] as const) {
  test(`at once, when whom it asks ${who}`, async t => {
    const { system } = testSystem();
    const heard: Message[] = [];
    system.start('/x', puppet, { heard });
    const question = { type: break_ === 'crash' ? 'fail' : 'question' };
    if (break_ !== undefined) system.start('/server', mortalPuppet, answering);
    if (break_ === 'stop') system.stopActor(at('/server'));
    const stopping = break_ === 'stop with the question waiting';
    // The stop stands before the question in the mailbox of the asked.
    if (stopping) system.tell(at('/server'), act());
    if (stopping) system.tell(at('/server'), act(stop()));
    system.tell(at('/x'), act(ask(at('/server'), question, 'key', 100)));
    await system.whenQuiet();
    t.deepEqual(heard as unknown[], [{ type: 'no-answer', key: 'key', why: 'gone' }]);
    t.is(system.timersSet, 0);
  });
}

test('a question dies with its asker', async t => {
  const { system } = testSystem();
  const questions: Message[] = [];
  system.start('/server', puppet, { heard: questions });
  const asker = system.start('/x', puppet, {});
  system.tell(asker, act(ask(at('/server'), { type: 'question' }, 'key', 100)));
  await system.whenQuiet();
  system.stopActor(asker);
  t.is(system.timersSet, 0);
  t.is(system.census.asks, 0);
  system.tell(replyToOf(questions[0]!), { type: 'late' });
  t.is(system.counters.deadLetters, 1);
});

test('from outside a question is a promise', async t => {
  const { system, clock } = testSystem();
  system.start('/server', puppet, answering);
  t.deepEqual(await system.ask(at('/server'), { type: 'q' }, 100), { type: 'yes: q' });
  await t.throwsAsync(system.ask(at('/nobody'), { type: 'q' }, 100), { instanceOf: NotReachable });
  const silent = system.ask(at('/server'), { type: 'quiet' }, 100);
  await drive(clock, [system], 100);
  await t.throwsAsync(silent, { instanceOf: AskTimeout, message: 'a/server did not answer within 100 ms' });
});

test('a question that is open when the system stops is refused then', async t => {
  const { system } = testSystem();
  system.start('/server', puppet, answering);
  const silent = system.ask(at('/server'), { type: 'quiet' }, 100);
  await system.whenQuiet();
  await Promise.all([t.throwsAsync(silent, { instanceOf: NotReachable }), system.stop()]);
  t.is(system.timersSet, 0);
});

test('over a link: answered, refused by the dead, and failed at once when the link closes', async t => {
  const { a, b, link, quiet } = twoNodes();
  const heard: Message[] = [];
  b.system.start('/server', puppet, answering);
  a.system.start('/x', puppet, { heard });
  const questions = [
    ask(at('/server', 'b'), { type: 'q' }, 'answered', 100),
    ask(at('/nobody', 'b'), { type: 'q' }, 'refused', 100),
    ask(at('/server', 'b'), { type: 'quiet' }, 'cut off', 100),
    ask(at('/server', 'c'), { type: 'q' }, 'no route', 100),
  ];
  a.system.tell(at('/x'), act(...questions));
  await quiet();
  t.deepEqual(heard.map(({ type, key }: Message & { key?: string }) => `${key}: ${type}`).sort(), [
    'answered: answer',
    'no route: no-answer',
    'refused: no-answer',
  ]);
  link.close();
  await quiet();
  t.deepEqual(heard.at(-1) as unknown, { type: 'no-answer', key: 'cut off', why: 'gone' });
  t.is(a.system.timersSet, 0);
});

test('a replyTo that is an actor’s own is left alone when the message is lost', async t => {
  const { system } = testSystem();
  const heard: Message[] = [];
  const replyTo = system.start('/x', puppet, { heard });
  for (const odd of [replyTo, null, 7, { path: '/~/1' }]) {
    system.tell(at('/nobody'), { type: 'lost', replyTo: odd } as Message);
  }
  await system.whenQuiet();
  t.deepEqual(heard, []);
});
