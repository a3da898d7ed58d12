import test from 'ava';
import type { Fetched } from '../../../actors/relay/messages.ts';
import { addressOf } from '../../../actors/runtime/address.ts';
import type { Message } from '../../../actors/runtime/behaviour.ts';
import type { Ask, Effect } from '../../../actors/runtime/effects.ts';
import type { Parent } from '../../../actors/scheduler/messages.ts';
import type { Subscribe } from '../../../actors/stream/messages.ts';
import { streamActor } from '../../../actors/stream/stream.ts';
import { streamActorOn } from './stream-actor-on.ts';

const { args, self } = streamActorOn('edge');
const viewer: Subscribe = {
  type: 'subscribe',
  stream: 'math',
  session: 'viewer',
  address: addressOf('edge', '/shards/shard-0/pulls/pull-1'),
  replyTo: addressOf('edge', '/asker'),
};

const linkTo = (node: string) => addressOf('edge', `/shards/shard-0/relays/relay-link-${node}`);
const parentIs = (node: string): Parent => ({
  type: 'parent',
  node,
  idc: 'here',
  epoch: 1,
  relay: { address: '10.0.0.9', port: 7100 },
  route: [node],
});
const fetchedFrom = (node: string): Fetched => ({ type: 'fetched', link: linkTo(node), parent: node });
const asked = (effects: readonly Effect[]) => effects.filter((one): one is Ask => one.effect === 'ask');
/** The nodes that are told that the stream is wanted from them no more. */
const left = (effects: readonly Effect[]) =>
  effects.flatMap(one =>
    one.effect === 'tell' && one.message.type === 'unfetch' ? [one.to.path.split('relay-link-')[1]] : [],
  );

/** An edge's stream, which comes by way of `first`, with a viewer. */
function streamFromFirst() {
  let [state] = streamActor.start(args, self);
  const receive = (message: object): readonly Effect[] => {
    const [next, ...effects] = streamActor.receive(state, message as never, self);
    state = next;
    return effects;
  };
  const answer = (key: string, message: Message) => receive({ type: 'answer', key, message });
  const isSilent = (key: string) => receive({ type: 'no-answer', key, why: 'timeout' });
  receive(viewer);
  answer('parent', parentIs('first'));
  answer('fetched', fetchedFrom('first'));
  return { receive, answer, isSilent, state: () => state };
}

/** Its parent is suspected, a spare is being made ready, and then the parent is lost, and the spare is named as the next. */
function spareIsAskedTwice() {
  const stream = streamFromFirst();
  stream.receive({ type: 'parent-suspected', parent: 'first', because: 'quiet' });
  const [trial] = asked(stream.answer('spared', parentIs('second')));
  stream.receive({ type: 'fetch-ended', parent: 'first', reason: 'silent' });
  stream.receive({ type: 'refetch' });
  stream.answer('parent', parentIs('second'));
  return { ...stream, trial: trial!.key };
}

test('a spare that has become the parent stays it when its trial is over', t => {
  const { answer, isSilent, state, trial } = spareIsAskedTwice();
  answer('fetched', fetchedFrom('second'));
  t.deepEqual(left(isSilent(trial)), []);
  t.like(state().upstream, { kind: 'up', parent: 'second' });
});

test('likewise when it answers as a spare after that, or before', t => {
  const after = spareIsAskedTwice();
  after.answer('fetched', fetchedFrom('second'));
  t.deepEqual(left(after.answer(after.trial, fetchedFrom('second'))), []);
  t.like(after.state().upstream, { kind: 'up', parent: 'second' });

  const before = spareIsAskedTwice();
  t.deepEqual(left(before.answer(before.trial, fetchedFrom('second'))), []);
  t.deepEqual(left(before.answer('fetched', fetchedFrom('second'))), []);
  t.like(before.state().upstream, { kind: 'up', parent: 'second' });
});

test('a trial that is over does not end what the same node was asked for besides', t => {
  const { answer, isSilent, state, trial } = spareIsAskedTwice();
  t.deepEqual(left(isSilent(trial)), []);
  answer('fetched', fetchedFrom('second'));
  t.like(state(), { upstream: { kind: 'up', parent: 'second' }, trial: undefined });
});

test('a parent that does not answer is asked no more, and another one is preferred', t => {
  const { answer, isSilent, receive } = spareIsAskedTwice();
  t.deepEqual(left(isSilent('fetched')), ['second']);
  const [question] = asked(receive({ type: 'refetch', path: [] }));
  t.like(question!.message, { type: 'find-parent', avoid: ['second'] });
  const [fetch] = asked(answer('parent', parentIs('second')));
  t.is(fetch!.timeoutMs, 1000);
});

test('a spare is let go with all else when nobody watches any more', t => {
  const { receive, answer, state } = streamFromFirst();
  receive({ type: 'parent-suspected', parent: 'first', because: 'quiet' });
  answer('spared', parentIs('second'));
  t.deepEqual(left(streamActor.stopped!(state(), self)), ['first', 'second']);
});
