import test from 'ava';
import { FRAME_MAX_BYTES, writeFrame } from '../../../transports/relay/frame.ts';
import { CONTROL_MAX_BYTES, CONTROL_QUEUE_MAX, SUBSCRIPTIONS_MAX } from '../../../transports/relay/limits.ts';
import { OddPeer } from './ends.ts';
import { media } from './world.ts';

const subscribe = { kind: 'subscribe', id: 1, stream: 'math-101', path: ['x'] };
const subscribed = { kind: 'subscribed', id: 1, epoch: 5, conversations: { audio: 2, video: 4 } };
const sound = writeFrame(new Uint8Array(FRAME_MAX_BYTES), { kind: 'media', ...media(1) });

const ends: [string, unknown[]][] = [
  ['what is not JSON', ['{']],
  ['no object', [7]],
  ['no id', [{ kind: 'keyframe' }]],
  ['a message that is too long', [{ ...subscribe, more: 'x'.repeat(CONTROL_MAX_BYTES) }]],
  ['an end without a reason', [{ kind: 'ended', id: 1 }]],
  ['one id twice', [subscribe, subscribe]],
  ['a grant without conversations', [{ ...subscribed, conversations: null }]],
  ['a grant with the control conversation', [{ ...subscribed, conversations: { audio: 0, video: 4 } }]],
  [
    'a grant with conversations that are ours to number',
    [{ ...subscribed, conversations: { audio: 1, video: 3 } }],
  ],
  ['a grant with one conversation for both', [{ ...subscribed, conversations: { audio: 2, video: 2 } }]],
  ['a second grant', [subscribed, { ...subscribed, conversations: { audio: 6, video: 8 } }]],
];

for (const [name, messages] of ends) {
  test(`ends the link, and says why: ${name}`, t => {
    const peer = new OddPeer();
    peer.exchange.subscribe(0, 'math-101', ['x']);
    for (const message of messages) peer.say(message);
    const fault = peer.outputs.find(output => output.kind === 'fault');
    t.true(fault?.kind === 'fault' && fault.reason.startsWith('the peer sent '));
    t.is(peer.counters.controlMalformed, 1);
  });
}

const refused: [string, unknown][] = [
  ['a name that no stream has', { ...subscribe, stream: '../etc' }],
  ['no path', { ...subscribe, path: 'x' }],
  ['a path that is too long', { ...subscribe, path: Array(9).fill('x') }],
  ['a path of what is no node', { ...subscribe, path: [7] }],
];

for (const [name, message] of refused) {
  test(`is refused, and disturbs nothing: ${name}`, t => {
    const peer = new OddPeer();
    peer.say(message);
    peer.step();
    t.deepEqual(peer.outputs, []);
    t.like(peer.heard[0], { kind: 'refused', id: 1 });
    peer.say({ ...subscribe, id: 2 });
    t.like(peer.outputs[0], { kind: 'subscribe', id: 2 });
  });
}

test('messages of a kind that we do not know are counted and passed over', t => {
  const peer = new OddPeer();
  peer.say({ kind: 'sing', id: 1 });
  t.deepEqual(peer.outputs, []);
  t.is(peer.counters.controlUnknown, 1);
});

test('answers to what was never asked are passed over', t => {
  const peer = new OddPeer();
  for (const message of [
    { ...subscribed, id: 9 },
    { kind: 'ended', id: 9, reason: '' },
    { kind: 'refused', id: 9, reason: '' },
    { kind: 'unsubscribe', id: 9, reason: '' },
    { kind: 'keyframe', id: 9 },
  ])
    peer.say(message);
  t.deepEqual(peer.outputs, []);
  t.deepEqual(peer.exchange.held, { conversations: 1, subscriptions: 0, early: 0 });
});

test('a frame that is none ends its own subscription, at both ends, and no other', t => {
  const peer = new OddPeer();
  for (const stream of ['a', 'b']) peer.exchange.subscribe(0, stream, ['x']);
  peer.say(subscribed);
  peer.say({ ...subscribed, id: 2, conversations: { audio: 6, video: 8 } });
  for (const datagram of peer.datagrams(4, [sound, Buffer.from('no frame'), sound]))
    peer.exchange.receive(peer.nowMs, datagram);
  for (const datagram of peer.datagrams(8, [sound])) peer.exchange.receive(peer.nowMs, datagram);
  for (let round = 0; round < 3; round += 1) peer.step();
  t.deepEqual(
    peer.outputs.map(output => `${output.kind} ${'id' in output && output.id}`),
    ['subscribed 1', 'subscribed 2', 'media 1', 'ended 1', 'media 2'],
  );
  t.like(peer.heard.at(-1), { kind: 'unsubscribe', id: 1 });
  t.is(peer.counters.framesMalformed, 1);
  t.is(peer.exchange.held.subscriptions, 1);
});

test('frames against the direction of a track are counted and go nowhere', t => {
  const peer = new OddPeer();
  peer.say(subscribe);
  peer.exchange.accept(peer.nowMs, 1, 5);
  peer.step();
  for (const datagram of peer.datagrams(3, [sound])) peer.exchange.receive(peer.nowMs, datagram);
  peer.step();
  t.deepEqual(
    peer.outputs.map(({ kind }) => kind),
    ['subscribe'],
  );
  t.is(peer.counters.framesMalformed, 1);
});

test('more subscriptions than the limit are refused, and those before them stay', t => {
  const peer = new OddPeer();
  for (let id = 0; id <= SUBSCRIPTIONS_MAX; id += 1) peer.say({ ...subscribe, id });
  peer.step();
  t.is(peer.outputs.length, SUBSCRIPTIONS_MAX);
  t.like(peer.heard.at(-1), { kind: 'refused', id: SUBSCRIPTIONS_MAX });
  t.is(peer.exchange.held.subscriptions, SUBSCRIPTIONS_MAX);
});

test('we ask for no more streams than the limit', t => {
  const peer = new OddPeer();
  const ids = Array.from({ length: SUBSCRIPTIONS_MAX + 1 }, () => peer.exchange.subscribe(0, 'x', ['x']));
  t.is(ids.at(-2), SUBSCRIPTIONS_MAX);
  t.is(ids.at(-1), 'too many subscriptions');
});

test('a peer that takes no control messages is given up before they fill the memory', t => {
  const peer = new OddPeer();
  const id = peer.exchange.subscribe(0, 'x', ['x']) as number;
  for (let asked = 0; asked < CONTROL_QUEUE_MAX + 10; asked += 1) peer.exchange.requestKeyframe(0, id);
  const kinds = new Set<string>();
  for (let output = peer.exchange.poll(); output !== undefined; output = peer.exchange.poll())
    if (output.kind === 'fault') kinds.add(output.reason);
  t.deepEqual([...kinds], ['the peer takes no control messages']);
  t.is(peer.exchange.waitingSegments, CONTROL_QUEUE_MAX);
});
