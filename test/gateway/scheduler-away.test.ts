/** While the scheduler is away, viewers of streams that some edge has are let in. */
import test from 'ava';
import { type Address, addressOf } from '../../actors/runtime/address.ts';
import type { Message } from '../../actors/runtime/behaviour.ts';
import type { NotPlaced, Peer, PeersKnown, Placed, StreamHere } from '../../actors/scheduler/messages.ts';
import { StreamHolders } from '../../gateway/stream-holders.ts';
import { fakeActors, notReachable, openedViewer, refused, timeout } from './fake-actors.ts';
import { serve } from './serve.ts';

const scheduler = addressOf('control', '/scheduler');
const peer = (node: string, idc = 'north', roles: Peer['roles'] = ['pull']): Peer => ({ node, idc, roles });
const known = (...peers: readonly Peer[]): PeersKnown => ({ type: 'peers-known', peers });
const here = (isLive: boolean, fullness = 0): StreamHere => ({ type: 'stream-here', isLive, fullness });

/** `edges` is what each edge answers; one without is silent. */
function holders(peers: readonly Peer[], edges: Record<string, StreamHere>) {
  const asked: string[] = [];
  let nowMs = 0;
  const ask = async (to: Address, message: Message) => {
    if (message.type === 'list-peers') return known(...peers) as never;
    asked.push(to.node);
    if (edges[to.node] === undefined) throw notReachable;
    return edges[to.node] as never;
  };
  return {
    asked,
    pass: (byMs: number) => {
      nowMs += byMs;
    },
    holders: new StreamHolders({ ask }, { nowMs: () => nowMs }, 'gateway', 'north'),
  };
}

async function found(from: StreamHolders, times: number, exclude: readonly string[] = []) {
  const nodes: (string | undefined)[] = [];
  for (let i = 0; i < times; i += 1) nodes.push((await from.find('math-101', exclude))?.node);
  return nodes;
}

test('edges that have the stream take turns: of the gateway’s own site, else of others', async t => {
  const far = peer('d', 'south');
  const peers = [far, peer('a'), peer('b'), peer('c'), peer('push', 'north', ['push', 'relay'])];
  const edges = { a: here(true), b: here(true, 0.4), c: here(false), d: here(true), push: here(true) };
  const all = holders(peers, edges);
  t.deepEqual((await found(all.holders, 4)).sort(), ['a', 'a', 'b', 'b']);
  t.deepEqual(all.asked, ['a', 'b', 'c', 'd'], 'each once, and those near first');
  t.deepEqual(await found(all.holders, 2, ['a']), ['b', 'b']);
  const others = holders(peers, { ...edges, a: here(false), b: here(false) });
  t.deepEqual(await found(others.holders, 1), ['d']);
});

test('who is full, silent or tried already gets nobody', async t => {
  const { holders: one } = holders([peer('a'), peer('b'), peer('c')], { a: here(true, 1), b: here(true) });
  t.deepEqual(await found(one, 2), ['b', 'b']);
  t.deepEqual(await found(one, 1, ['b']), [undefined]);
});

test('answers are asked for anew after a second', async t => {
  const edges: Record<string, StreamHere> = { a: here(true) };
  const { holders: one, asked, pass } = holders([peer('a')], edges);
  t.deepEqual(await found(one, 1), ['a']);
  delete edges.a;
  pass(999);
  t.deepEqual(await found(one, 1), ['a']);
  pass(1);
  t.deepEqual(await found(one, 1), [undefined]);
  t.is(asked.length, 2);
});

for (const [how, away] of [
  ['gone', notReachable],
  ['silent', timeout],
] as const) {
  test(`a viewer gets in while the scheduler is ${how}, a publisher is told to come again`, async t => {
    const actors = fakeActors({ place: away, 'list-peers': known(peer('edge-1')), 'has-stream': here(true) });
    const { postJson } = await serve(t, actors, {}, { scheduler });
    const response = await postJson('/signaling/pull', { stream: 'math-101' });
    t.is(response.status, 200);
    t.is(((await response.json()) as { session: string }).session, openedViewer('offer').session);
    const push = await postJson('/signaling/push', { stream: 'math-101', sdp: 'v=0' });
    t.is(push.status, 503);
    t.like(await push.json(), { type: 'urn:zrtc:problem:no-scheduler' });
  });
}

test('nobody has the stream, or whoever has it refuses: 503, and when to come again', async t => {
  const nobody = fakeActors({
    place: notReachable,
    'list-peers': known(peer('edge-1')),
    'has-stream': here(false),
  });
  const full = fakeActors({
    place: notReachable,
    'list-peers': known(peer('edge-1')),
    'has-stream': here(true),
    view: refused(503, 3),
  });
  for (const actors of [nobody, full]) {
    const { postJson } = await serve(t, actors, {}, { scheduler });
    const response = await postJson('/signaling/pull', { stream: 'math-101' });
    t.is(response.status, 503);
    t.truthy(response.headers.get('Retry-After'));
  }
});

const answers: readonly (readonly [string, Placed | NotPlaced])[] = [
  ['has no edge yet', { ...refused(503, 1), isUnsure: true }],
  ['has not heard of the stream yet', { type: 'placed', node: 'edge-2', idc: 'north', isUnsure: true }],
];
for (const [how, unsure] of answers) {
  test(`a scheduler that has just come back and ${how}: the edges are asked`, async t => {
    for (const isLive of [true, false]) {
      const nodes: string[] = [];
      const actors = fakeActors({
        place: unsure,
        'list-peers': known(peer('edge-1')),
        'has-stream': here(isLive),
      });
      const ask = actors.ask;
      const spied = {
        ...actors,
        ask: (to: Address, message: Message, timeoutMs: number) => {
          if (message.type === 'view') nodes.push(to.node);
          return ask(to, message, timeoutMs) as never;
        },
      };
      const { postJson } = await serve(t, spied, {}, { scheduler });
      const response = await postJson('/signaling/pull', { stream: 'math-101' });
      const isPlaced = unsure.type === 'placed';
      t.is(response.status, isLive || isPlaced ? 200 : 503);
      t.deepEqual(nodes, isLive ? ['edge-1'] : isPlaced ? ['edge-2'] : []);
    }
  });
}
