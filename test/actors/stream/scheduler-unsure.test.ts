import test from 'ava';
import { addressOf } from '../../../actors/runtime/address.ts';
import type { Message } from '../../../actors/runtime/behaviour.ts';
import type { Ask, Effect, SetTimer } from '../../../actors/runtime/effects.ts';
import type { NoParent, NoScheduler } from '../../../actors/scheduler/messages.ts';
import type { Subscribe } from '../../../actors/stream/messages.ts';
import { streamActor } from '../../../actors/stream/stream.ts';
import { streamActorOn } from './stream-actor-on.ts';

const { args, self } = streamActorOn('relay');
const fromEdge: Subscribe = {
  type: 'subscribe',
  stream: 'math',
  session: 'link',
  address: addressOf('relay', '/shards/shard-0/relays/relay-link-edge'),
  path: ['edge'],
  replyTo: addressOf('relay', '/asker'),
};

const asked = (effects: readonly Effect[]) =>
  effects.filter((effect): effect is Ask => effect.effect === 'ask').map(({ message }) => message);
const timers = (effects: readonly Effect[]) =>
  effects.filter((effect): effect is SetTimer => effect.effect === 'timer').map(({ message }) => message);
const told = (effects: readonly Effect[]) => effects.filter(({ effect }) => effect === 'tell');

/** A stream's actor on a relay, which an edge asks for the stream and the scheduler has given this answer. */
function relayTold(answer: NoParent | NoScheduler | undefined) {
  let [state] = streamActor.start(args, self);
  const receive = (message: Message): readonly Effect[] => {
    const [next, ...effects] = streamActor.receive(state, message as never, self);
    state = next;
    return effects;
  };
  const first = asked(receive(fromEdge));
  const noAnswer = { type: 'no-answer', key: 'parent', why: 'timeout' };
  const word = answer === undefined ? noAnswer : { type: 'answer', key: 'parent', message: answer };
  const effects = receive(word);
  return { receive, first, effects };
}

for (const [what, answer] of [
  ['is unsure', { type: 'no-parent', reason: 'not live', isUnsure: true }],
  ['is away', { type: 'no-scheduler' }],
  ['does not answer', undefined],
] as const)
  test(`while the scheduler ${what} who waits goes on waiting, and no parent may be one that waits`, t => {
    const { receive, first, effects } = relayTold(answer);
    t.like(first, [{ type: 'find-parent', path: ['edge', 'relay'] }]);
    t.deepEqual(told(effects), []);
    const [again] = timers(effects);
    t.like(asked(receive(again!)), [{ type: 'find-parent', path: ['edge', 'relay'] }]);
  });

test('once it is sure, who waits is told that nobody publishes the stream', t => {
  const { effects } = relayTold({ type: 'no-parent', reason: 'not live' });
  t.like(told(effects), [{ to: fromEdge.replyTo, message: { type: 'subscribed', live: false } }]);
});
