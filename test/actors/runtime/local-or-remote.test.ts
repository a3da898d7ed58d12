import test from 'ava';
import type { Address } from '../../../actors/runtime/address.ts';
import type { Behaviour, Message } from '../../../actors/runtime/behaviour.ts';
import { ask, tell, watch } from '../../../actors/runtime/effects.ts';
import { act, at, mortalPuppet, puppet, testSystem, twoNodes } from './harness.ts';

/** Asks, tells, is told of a crash; all that it hears is written down. */
function story(target: Address): Message {
  return act(
    watch(target),
    ask(target, { type: 'question' }, 'key', 100),
    tell(target, { type: 'plain' }),
    tell(target, { type: 'fail' }),
    ask(target, { type: 'too late' }, 'late', 100),
  );
}
const reply = (message: Message) =>
  message.type === 'question'
    ? [tell((message as unknown as { replyTo: Address }).replyTo, { type: 'yes' })]
    : [];

test('an actor is told the same whether whom it talks to is here or on another node', async t => {
  const { a, b, quiet } = twoNodes();
  const heard: Record<string, Message[]> = { a: [], b: [] };
  for (const { system } of [a, b]) system.start('/target', mortalPuppet, { reply });
  for (const node of ['a', 'b']) {
    a.system.start(`/x-${node}`, puppet, { heard: heard[node]! });
    a.system.tell(at(`/x-${node}`), story(at('/target', node)));
  }
  await quiet();
  const summary = (messages: readonly Message[]) =>
    messages.map(
      ({ type, key, reason }: Message & { key?: string; reason?: string }) => `${type} ${key ?? reason}`,
    );
  t.deepEqual(summary(heard.a!).sort(), ['answer key', 'down crashed', 'no-answer late']);
  t.deepEqual(summary(heard.b!).sort(), summary(heard.a!).sort());
});

test('with the switch, local messages are copies, and one that is not plain data crashes its sender', async t => {
  const shared = { type: 'shared', list: [1] };
  const lists: unknown[] = [];
  const reader: Behaviour<null, null, Message> = {
    name: 'reader',
    restart: 'always',
    start: () => [null],
    receive(state, message) {
      lists.push((message as unknown as typeof shared).list);
      return [state];
    },
  };
  for (const localCodec of [false, true]) {
    const { system } = testSystem({ localCodec });
    system.start('/reader', reader, null);
    system.tell(at('/reader'), shared);
    await system.whenQuiet();
    t.is(lists.at(-1) === shared.list, !localCodec);
    t.deepEqual(lists.at(-1), [1]);
    // What cannot be copied is the asker's fault, and nothing of the question stays behind.
    const notPlain = { type: 'x', call: () => {} } as Message;
    const asker: Behaviour<null, null, Message> = {
      name: 'asker',
      restart: 'never',
      start: () => [null, ask(at('/reader'), notPlain, 'key', 100)],
      receive: state => [state],
    };
    system.start('/asker', asker, null);
    t.is(system.counters.crashes, localCodec ? 1 : 0);
    if (localCodec) t.is(system.census.asks + system.timersSet, 0);
  }
});
