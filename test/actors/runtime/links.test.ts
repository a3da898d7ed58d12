import test from 'ava';
import type { Message } from '../../../actors/runtime/behaviour.ts';
import { ask, tell, watch } from '../../../actors/runtime/effects.ts';
import type { Link } from '../../../actors/runtime/link.ts';
import { VirtualClock } from '../../../simulations/virtual-clock.ts';
import { act, at, linkPair, puppet, testSystem, twoNodes } from './harness.ts';

/** A main system and two workers, as threads of one node are joined, and another node joined to the main one. */
function house() {
  const clock = new VirtualClock();
  const main = testSystem({ clock });
  const workers = [1, 10].map(shard => {
    const root = `/shards/shard-${shard}`;
    const worker = testSystem({ clock, root });
    const link = linkPair();
    main.system.attach(root, link.ends[0]);
    worker.system.setDefaultRoute(link.ends[1]);
    return { ...worker, root, link };
  });
  const far = testSystem({ clock, node: 'far' });
  const farLink = linkPair();
  main.system.attachNode('far', farLink.ends[0]);
  far.system.attachNode('a', farLink.ends[1]);
  const systems = [main.system, far.system, ...workers.map(({ system }) => system)];
  const quiet = async () => {
    while (systems.some(({ pending }) => pending > 0)) for (const system of systems) await system.whenQuiet();
  };
  return { main, far, one: workers[0]!, ten: workers[1]!, quiet };
}

test('the longest prefix leads to the worker, by whole segments; the default leads out of it', async t => {
  const { main, far, one, ten, quiet } = house();
  const heard: Record<string, Message[]> = {};
  const places = [
    [main.system, '/x', 'a'],
    [one.system, '/shards/shard-1', 'a'],
    [one.system, '/shards/shard-1/deep/x', 'a'],
    [ten.system, '/shards/shard-10', 'a'],
    [far.system, '/x', 'far'],
  ] as const;
  for (const [system, path, node] of places) {
    const list: Message[] = [];
    heard[node + path] = list;
    system.start(path, puppet, { heard: list });
  }
  for (const [system] of places)
    for (const [, path, node] of places) system.tell(at(path, node), { type: 'hello' });
  await quiet();
  t.deepEqual(
    Object.values(heard).map(({ length }) => length),
    [5, 5, 5, 5, 5],
  );
});

test('questions and watches go through the main system, from worker to worker and to another node', async t => {
  const { far, one, ten, main, quiet } = house();
  const heard: Message[] = [];
  const targets = [at('/shards/shard-10/x'), at('/x', 'far')];
  const reply = (message: Message) => [
    tell((message as unknown as { replyTo: never }).replyTo, { type: 'yes' }),
  ];
  ten.system.start('/shards/shard-10/x', puppet, { reply });
  far.system.start('/x', puppet, { reply });
  one.system.start(one.root, puppet, { heard });
  for (const target of targets) {
    one.system.tell(at(one.root), act(ask(target, { type: 'question' }, target.path, 100), watch(target)));
  }
  await quiet();
  t.deepEqual(
    heard.map(({ type }) => type),
    ['answer', 'answer'],
  );
  ten.link.close();
  far.system.stopActor(targets[1]!);
  await quiet();
  t.deepEqual(heard.slice(2) as unknown[], [
    { type: 'down', address: targets[0], reason: 'no connection' },
    { type: 'down', address: targets[1], reason: 'stopped' },
  ]);
  t.is(main.system.census.overLinks + one.system.census.overLinks + far.system.census.overLinks, 0);
});

test('when the watcher’s own link closes, nothing of its watches is left anywhere', async t => {
  const { far, one, ten, main, quiet } = house();
  ten.system.start('/shards/shard-10/x', puppet, {});
  far.system.start('/x', puppet, {});
  one.system.start(one.root, puppet, { first: [watch(at('/shards/shard-10/x')), watch(at('/x', 'far'))] });
  await quiet();
  t.is(main.system.census.overLinks, 4);
  one.link.close();
  await quiet();
  t.is(main.system.census.overLinks + ten.system.census.overLinks + far.system.census.overLinks, 0);
});

test('a message never goes back the way it came', async t => {
  const clock = new VirtualClock();
  const link = linkPair();
  const [x, y] = ['/x', '/y'].map(root => testSystem({ clock, root }));
  x!.system.setDefaultRoute(link.ends[0]);
  y!.system.setDefaultRoute(link.ends[1]);
  const heard: Message[] = [];
  x!.system.start('/x', puppet, {
    heard,
    first: [ask(at('/z'), { type: 'ball' }, 'key', 100), watch(at('/z'))],
  });
  await x!.system.whenQuiet();
  t.is(link.posted.filter(({ kind }) => kind === 'message').length, 1);
  t.is(y!.system.counters.deadLetters, 1);
  t.deepEqual(heard.map(({ type }) => type).sort(), ['down', 'no-answer']);
});

test('word that nobody will answer never goes back the way it came either', t => {
  const clock = new VirtualClock();
  const link = linkPair();
  const [x, y] = ['/x', '/y'].map(root => testSystem({ clock, root }));
  x!.system.setDefaultRoute(link.ends[0]);
  y!.system.setDefaultRoute(link.ends[1]);
  link.ends[0].post({ kind: 'gone', to: at('/z/~/1') });
  t.is(link.posted.length, 1);
});

test('a peer that uses a watch number again has only the later watch', async t => {
  const { system } = testSystem();
  const link = linkPair();
  const [peer, end] = link.ends;
  system.attachNode('b', end);
  for (const path of ['/one', '/two']) {
    system.start(path, puppet, {});
    peer.post({ kind: 'watch', watch: 1, target: at(path) });
  }
  const downs = () => link.posted.filter(({ kind }) => kind === 'down').length;
  system.stopActor(at('/one'));
  t.is(downs(), 0);
  system.stopActor(at('/two'));
  t.is(downs(), 1);
});

test('a link that comes up again is a new epoch: what was lost is dead, and order starts anew', async t => {
  const { a, b, link, quiet } = twoNodes();
  const heard: Message[] = [];
  b.system.start('/x', puppet, { heard });
  a.system.tell(at('/x', 'b'), { type: '1' });
  link.close();
  a.system.tell(at('/x', 'b'), { type: '2' });
  t.is(a.system.counters.deadLetters, 1);
  const again = linkPair();
  a.system.attachNode('b', again.ends[0]);
  b.system.attachNode('a', again.ends[1]);
  a.system.tell(at('/x', 'b'), { type: '3' });
  await quiet();
  t.deepEqual(
    heard.map(({ type }) => type),
    ['1', '3'],
  );
});

test('attaching in the place of a link that is still there ends its epoch', async t => {
  const { a, b, link, quiet } = twoNodes();
  const told: string[] = [];
  b.system.start('/x', puppet, {});
  a.system.watch(at('/x', 'b'), reason => told.push(reason));
  const again = linkPair();
  a.system.attachNode('b', again.ends[0]);
  b.system.attachNode('a', again.ends[1]);
  await quiet();
  t.deepEqual(told, ['no connection']);
  b.system.tell(at('/nobody'), { type: 'over the new one' });
  t.is(a.system.counters.deadLetters, 1);
  link.ends[1].post({ kind: 'message', to: at('/nobody'), message: { type: 'over the old one' } });
  t.is(a.system.counters.deadLetters, 1);
});

test('a link that has closed before it is attached leaves no route', t => {
  const { system } = testSystem();
  const closed: Link = {
    post: () => t.fail('posted to a closed link'),
    listen: (_onEnvelope, onClosed) => onClosed(),
  };
  system.attach('/shards/shard-0', closed);
  system.tell(at('/shards/shard-0'), { type: 'x' });
  t.is(system.counters.deadLetters, 1);
});

test('a worker’s detached prefix: its actors are nobody, and its watchers are told once', async t => {
  const { main, one, quiet } = house();
  const told: string[] = [];
  one.system.start(one.root, puppet, {});
  main.system.watch(at(one.root), reason => told.push(reason));
  main.system.detach(one.root);
  main.system.detach(one.root);
  one.link.close();
  await quiet();
  main.system.tell(at(one.root), { type: 'x' });
  t.deepEqual(told, ['no connection']);
  t.is(main.system.counters.deadLetters, 1);
});
