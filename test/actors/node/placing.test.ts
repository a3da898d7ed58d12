import test from 'ava';
import { edge } from '../../../actors/node/edge.ts';
import { shards } from '../../../actors/node/shards.ts';
import type { Refused } from '../../../actors/protocol.ts';
import { addressOf } from '../../../actors/runtime/address.ts';
import type { Behaviour, Message } from '../../../actors/runtime/behaviour.ts';
import { tell } from '../../../actors/runtime/effects.ts';
import { ActorSystem } from '../../../actors/runtime/system.ts';
import type { OpenSession } from '../../../actors/sessions/facts.ts';
import { parseSessionId } from '../../../actors/sessions/session-id.ts';
import { seededRandom } from '../../../simulations/seeded-random.ts';
import { VirtualClock } from '../../../simulations/virtual-clock.ts';

const COUNT = 3;
const at = (path: string) => addressOf('node-1', path);

/** Answers with what it was asked to open, and where. */
const supervisor: Behaviour<null, null, OpenSession> = {
  name: 'supervisor',
  restart: 'never',
  start: () => [null],
  receive: (state, message, self) =>
    message.type === 'open'
      ? [state, tell(message.replyTo, { ...message, at: self.address.path } as Message)]
      : [state],
};

async function edges() {
  const system = new ActorSystem({
    node: 'node-1',
    root: '',
    clock: new VirtualClock(),
    random: seededRandom(1),
    ports: { workers: () => {}, log: () => {} },
  });
  const names = ['push-edge', 'pull-edge'] as const;
  system.start('/shards', shards, { count: COUNT, listeners: names.map(name => at(`/${name}`)) });
  for (const name of names) system.start(`/${name}`, edge(name), null);
  for (let shard = 0; shard < COUNT; shard += 1) {
    for (const role of ['pushes', 'pulls']) system.start(`/shards/shard-${shard}/${role}`, supervisor, null);
    const candidates = [{ address: '127.0.0.1', port: 7000 + shard }];
    const facts = { node: 'node-1', idc: 'north', shard, candidates };
    system.tell(at('/shards'), { type: 'worker-ready', facts } as Message);
  }
  await system.whenQuiet();
  return {
    system,
    ask: (type: 'publish' | 'view', uid?: string) =>
      system.ask<(OpenSession & { readonly at: string }) | Refused>(
        at(type === 'publish' ? '/push-edge' : '/pull-edge'),
        { type, stream: 'math-101', ...(uid !== undefined && { uid }) } as Message,
        1000,
      ),
    async load(shard: number, utilisation: number, seconds = 20) {
      const load = { utilisation, publishers: 1, viewers: 2, packetsPerSecond: 100 };
      for (let second = 0; second < seconds; second += 1) {
        system.tell(at('/shards'), { type: 'shard-loaded', shard, load } as Message);
      }
      await system.whenQuiet();
    },
  };
}

test('a session goes to the shard of its user, by either edge, and its id names the shard', async t => {
  const { ask, system } = await edges();
  for (const uid of ['0', '1', '2', '3000001', 'anna', undefined]) {
    for (const type of ['publish', 'view'] as const) {
      const opened = await ask(type, uid);
      if (opened.type !== 'open') return t.fail(opened.detail);
      const { shard } = parseSessionId(opened.session)!;
      t.is(opened.at, `/shards/shard-${shard}/${type === 'publish' ? 'pushes' : 'pulls'}`);
      if (uid !== undefined && /^\d+$/.test(uid)) t.is(shard, Number(uid) % COUNT);
    }
  }
  await system.stop();
});

test('sessions without a user are spread over the shards', async t => {
  const { ask, system } = await edges();
  const found = new Set<number>();
  for (let i = 0; i < 30; i += 1) {
    const opened = await ask('view');
    if (opened.type === 'open') found.add(parseSessionId(opened.session)!.shard);
  }
  t.is(found.size, COUNT);
  await system.stop();
});

test('an overloaded shard gets none, and when all are overloaded the client is told when to come again', async t => {
  const { ask, load, system } = await edges();
  await load(1, 0.95);
  const elsewhere = await ask('view', '1');
  t.true(elsewhere.type === 'open' && !elsewhere.session.startsWith('pull-1-'));
  const loads = await system.ask<Message & { shards: object[] }>(
    at('/shards'),
    { type: 'report-loads' },
    1000,
  );
  t.like(loads.shards[1], { shard: 1, isOverloaded: true, publishers: 1, viewers: 2, packetsPerSecond: 100 });
  t.like(loads.shards[0], { shard: 0, isOverloaded: false });

  await load(0, 0.9);
  await load(2, 1);
  t.is((await ask('view', '1')).type, 'open', 'all are overloaded, and one is not full');
  for (let i = 0; i < 10; i += 1) for (const shard of [0, 1, 2]) await load(shard, 1);
  for (const type of ['publish', 'view'] as const) {
    t.like(await ask(type, '1'), { type: 'refused', status: 503, title: 'Edge full', retryAfterSeconds: 3 });
  }
  for (let i = 0; i < 10; i += 1) await load(1, 0.6);
  const home = await ask('view', '1');
  t.true(home.type === 'open' && home.session.startsWith('pull-1-'));
  await system.stop();
});

test('the user of a shard that has died is taken by another until it is back', async t => {
  const { ask, system } = await edges();
  const died = { type: 'worker-ended', shard: 2, reason: 'killed', isFinal: false };
  system.tell(at('/shards'), died as Message);
  await system.whenQuiet();
  const elsewhere = await ask('view', '2');
  t.true(elsewhere.type === 'open' && !elsewhere.session.startsWith('pull-2-'));
  const facts = {
    node: 'node-1',
    idc: 'north',
    shard: 2,
    candidates: [{ address: '127.0.0.1', port: 7002 }],
  };
  system.tell(at('/shards'), { type: 'worker-ready', facts } as Message);
  await system.whenQuiet();
  const home = await ask('view', '2');
  t.true(home.type === 'open' && home.session.startsWith('pull-2-'));
  await system.stop();
});
