import test from 'ava';
import { edge } from '../../../actors/node/edge.ts';
import { shards } from '../../../actors/node/shards.ts';
import type { Refused } from '../../../actors/protocol.ts';
import { addressOf } from '../../../actors/runtime/address.ts';
import type { Message } from '../../../actors/runtime/behaviour.ts';
import { ActorSystem } from '../../../actors/runtime/system.ts';
import { seededRandom } from '../../../simulations/seeded-random.ts';
import { VirtualClock } from '../../../simulations/virtual-clock.ts';

const facts = {
  node: 'node-1',
  idc: 'north',
  shard: 0,
  fingerprint: { algorithm: 'sha-256', value: '00' },
  candidates: [{ address: '127.0.0.1', port: 7000 }],
};

test('an edge that crashed knows the shards again', async t => {
  const clock = new VirtualClock();
  const system = new ActorSystem({
    node: 'node-1',
    root: '',
    clock,
    random: seededRandom(1),
    ports: { workers: () => {}, log: () => {} },
  });
  const at = (path: string) => addressOf('node-1', path);
  system.start('/shards', shards, { count: 1, listeners: [at('/push-edge')] });
  system.start('/push-edge', edge('push-edge'), null);
  const opened: Message[] = [];
  const pushes = {
    name: 'pushes',
    restart: 'never' as const,
    start: () => [null] as const,
    receive: (state: null, message: Message) => {
      opened.push(message);
      return [state] as const;
    },
  };
  system.start('/shards/shard-0/pushes', pushes, null);
  system.tell(at('/shards'), { type: 'worker-ready', facts } as Message);
  await system.whenQuiet();

  // News that lacks everything makes the behaviour throw.
  system.tell(at('/push-edge'), { type: 'shards-ready', shards: null } as unknown as Message);
  await system.whenQuiet();
  t.is(system.counters.restarts, 1);

  const inbox = system.inbox(() => {});
  const publish = { type: 'publish', stream: 'math-101', offer: 'v=0', replyTo: inbox.address };
  system.tell(at('/push-edge'), publish as Message);
  await system.whenQuiet();
  t.like(opened.at(-1), { type: 'open', stream: 'math-101' });
  t.false(opened.some(message => (message as Refused).status === 503));
  await system.stop();
});
