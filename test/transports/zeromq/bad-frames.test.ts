import test from 'ava';
import type { Parts } from '../../../transports/zeromq/frame.ts';
import { INCOMING_MAX } from '../../../transports/zeromq/limits.ts';
import { isItem, LinksWorld } from './links-world.ts';

function three() {
  const world = new LinksWorld();
  const [a, b, c] = ['a', 'b', 'c'].map(name => world.node({ name })) as never as [never, never, never];
  const nodes = { a, b, c } as Record<'a' | 'b' | 'c', ReturnType<LinksWorld['node']>>;
  world.dial(nodes.b, nodes.a);
  world.dial(nodes.c, nodes.a);
  world.pass(50);
  return { world, ...nodes, wire: world.wires[0]! };
}

const bad: readonly (readonly [parts: Parts, words: string])[] = [
  [['not JSON'], 'what is no frame'],
  [[], 'what is no frame'],
  [['{"kind":"dance","epoch":1}'], 'an unknown kind of frame'],
  [['{"kind":"keep","epoch":1}'], 'a decision out of turn'],
  [['{"kind":"items","epoch":1}', '"x"'], 'items that are no list'],
  [['{"kind":"items","epoch":1}', '[null]'], 'an item that is none'],
  [['{"kind":"hello","epoch":1,"node":"b","incarnation":1,"version":1,"lowest":1}'], 'a second hello'],
];

for (const [parts, words] of bad) {
  test(`a peer that sends ${words} (${parts.join(' ')}) loses its link, and is told why; no other does`, t => {
    const { world, a, b, c, wire } = three();
    world.inject(wire, 'dialler', parts);
    world.pass(10);
    t.deepEqual(a.epochs[0]!.end, { code: 'bad frame', words, by: 'us' });
    t.deepEqual(b.epochs[0]!.end, { code: 'bad frame', words, by: 'them' });
    t.is(a.core.counters.badFrames, 1);
    t.is(c.epochs[0]!.end, undefined);
    world.pass(1_000);
    t.is(b.epochs.length, 2, 'it may come again');
  });
}

test('the items before one that is none are delivered', t => {
  const { world, a, wire } = three();
  world.inject(wire, 'dialler', ['{"kind":"items","epoch":1}', '[{"n":1},{"n":2},7,{"n":3}]']);
  world.pass(10);
  t.deepEqual(a.epochs[0]!.items, [{ n: 1 }, { n: 2 }]);
});

test('frames of another epoch are dropped and counted', t => {
  const { world, a, b, wire } = three();
  world.inject(wire, 'dialler', ['{"kind":"items","epoch":0}', '[{"n":1}]']);
  world.inject(wire, 'dialler', ['{"kind":"bye","epoch":2,"code":"closed","words":""}']);
  world.inject(wire, 'listener', ['{"kind":"items","epoch":9}', '[{"n":1}]']);
  world.pass(10);
  t.deepEqual([a.epochs[0]!.items, b.epochs[0]!.items], [[], []]);
  t.deepEqual([a.epochs[0]!.end, b.epochs[0]!.end], [undefined, undefined]);
  t.deepEqual([a.core.counters.staleFrames, b.core.counters.staleFrames], [2, 1]);
});

test('whoever begins with anything but a hello is told that there is no link, and nothing is kept of it', t => {
  const { world, a } = three();
  const send = (text: string) => {
    a.core.receive(world.nowMs, 'in stranger', [Buffer.from(text)]);
    return a.core.poll();
  };
  for (const [text, words] of [
    ['{"kind":"beat","epoch":4}', 'no such link'],
    ['{', 'what is no frame'],
  ] as const) {
    const output = send(text);
    t.true(output?.kind === 'close' && output.farewell !== undefined);
    if (output?.kind !== 'close') return;
    t.like(JSON.parse(output.farewell![0] as string), { kind: 'bye', node: 'a', code: 'not linked', words });
    t.is(a.core.poll(), undefined);
  }
  // A farewell is not answered: two that do that never end.
  t.is(send('{"kind":"bye","epoch":4}'), undefined);
  t.is(a.core.counters.unknownFrames, 3);
  t.is(a.core.peers.length, 2);
});

test('connections are limited, and room comes back', t => {
  const world = new LinksWorld();
  const a = world.node({ name: 'a' });
  const hello = (n: number) => [
    Buffer.from(
      JSON.stringify({ kind: 'hello', epoch: 1, node: `n${n}`, incarnation: 1, version: 1, lowest: 1 }),
    ),
  ];
  for (let n = 0; n <= INCOMING_MAX; n += 1) a.core.receive(0, `in ${n}`, hello(n));
  const codes: string[] = [];
  for (let output = a.core.poll(); output !== undefined; output = a.core.poll()) {
    if (output.kind === 'close') codes.push(JSON.parse(output.farewell![0] as string).code);
  }
  t.deepEqual(codes, ['full']);
  t.is(a.core.peers.length, INCOMING_MAX);
  a.core.lost(0, 'in 0', { code: 'lost', words: '' });
  a.core.receive(0, 'in more', hello(INCOMING_MAX));
  t.is(a.core.peers.length, INCOMING_MAX);
});

test('what cannot be sent is dropped, and said to whoever posted it', t => {
  const { world, a, b } = three();
  const cycle: { n: number; self?: unknown } = { n: 2 };
  cycle.self = cycle;
  world.post(a, 'b', { n: 1 });
  world.post(a, 'b', cycle as never);
  world.post(a, 'b', { n: 3, big: 3n } as never);
  world.post(a, 'b', { n: 4, text: 'x'.repeat(1024 * 1024) });
  world.post(a, 'b', { n: 5 });
  world.pass(10);
  t.deepEqual(
    b.epochs[0]!.items.map(({ n }) => n),
    [1, 5],
  );
  t.deepEqual(a.faults, ['is no plain data', 'is no plain data', 'is of 1048593 bytes, over 1048576']);
  t.is(a.core.counters.itemFaults, 3);
  t.true(isItem(cycle));
});
