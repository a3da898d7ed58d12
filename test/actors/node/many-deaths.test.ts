import test from 'ava';
import { shards } from '../../../actors/node/shards.ts';
import { addressOf } from '../../../actors/runtime/address.ts';
import type { Behaviour, Message } from '../../../actors/runtime/behaviour.ts';
import { ActorSystem } from '../../../actors/runtime/system.ts';
import { seededRandom } from '../../../simulations/seeded-random.ts';
import { VirtualClock } from '../../../simulations/virtual-clock.ts';

const COUNT = 8;

async function supervised() {
  const clock = new VirtualClock();
  const started: number[] = [];
  const told: Message[] = [];
  const system = new ActorSystem({
    node: 'node-1',
    root: '',
    clock,
    random: seededRandom(1),
    ports: {
      workers: command => {
        const { shard } = command as { shard?: number };
        if (shard !== undefined) started.push(shard);
      },
      log: () => {},
    },
  });
  const listener: Behaviour<null, null, Message> = {
    name: 'listener',
    restart: 'never',
    start: () => [null],
    receive: (state, message) => {
      told.push(message);
      return [state];
    },
  };
  system.start('/listener', listener, null);
  const listeners = [addressOf('node-1', '/listener')];
  system.start('/shards', shards, { count: COUNT, listeners });
  return {
    clock,
    system,
    started,
    failures: () => told.filter(({ type }) => type === 'not-listening'),
    async die(shard: number) {
      const message = { type: 'worker-ended', shard, reason: 'killed', isFinal: false };
      system.tell(addressOf('node-1', '/shards'), message as Message);
      await system.whenQuiet();
    },
  };
}

test('shards that all die once, as on a machine that stumbled, are all started again', async t => {
  const { die, failures, started, system } = await supervised();
  for (let shard = 0; shard < COUNT; shard += 1) await die(shard);
  t.is(started.length, 2 * COUNT);
  t.deepEqual(failures(), []);
  await system.stop();
});

test('one shard that dies again and again within a minute ends the node, and says which and why', async t => {
  const { die, failures, system } = await supervised();
  for (let death = 0; death < 5; death += 1) await die(3);
  t.deepEqual(failures(), []);
  await die(3);
  const reason = 'core shard 3 died 6 times within a minute: killed';
  t.deepEqual(failures(), [{ type: 'not-listening', reason } as Message]);
  await system.stop();
});

test('one that dies every quarter of a minute goes on', async t => {
  const { clock, die, failures, system } = await supervised();
  for (let death = 0; death < 20; death += 1) {
    await die(3);
    clock.advanceBy(15_000);
  }
  t.deepEqual(failures(), []);
  await system.stop();
});
