/** A node's sessions are sent elsewhere: evenly, within a limit, and not all if it is taken back. */
import test from 'ava';
import type { HandOver } from '../../../actors/node/drain-messages.ts';
import { addressOf } from '../../../actors/runtime/address.ts';
import type { Message } from '../../../actors/runtime/behaviour.ts';
import { ActorSystem } from '../../../actors/runtime/system.ts';
import { sessions } from '../../../actors/sessions/sessions.ts';
import { seededRandom } from '../../../simulations/seeded-random.ts';
import { drive, VirtualClock } from '../../../simulations/virtual-clock.ts';
import { shardFacts } from './shard-facts.ts';

const HAND_OVER: HandOver = { type: 'hand-over', overMs: 1000, endAfterMs: 3000 };
const pulls = addressOf('node-1', '/pulls');

/** Sessions that note what they are told, and end by `close`. */
async function world(count: number) {
  const clock = new VirtualClock();
  const told: { readonly session: string; readonly type: string; readonly atMs: number }[] = [];
  const system = new ActorSystem({
    node: 'node-1',
    root: '',
    clock,
    random: seededRandom(1),
    ports: { log: () => {} },
  });
  const session = {
    name: 'session',
    restart: 'never' as const,
    start: ({ open }: { open: { session: string } }) => [open.session] as const,
    receive(name: string, { type }: Message) {
      told.push({ session: name, type, atMs: clock.nowMs() });
      return type === 'close' ? ([name, { effect: 'stop' }] as never) : ([name] as const);
    },
  };
  system.start('/pulls', sessions('pulls', session as never), shardFacts);
  const inbox = system.inbox(() => {});
  for (let i = 0; i < count; i += 1) {
    const open = { type: 'open', session: `pull-0-${i}`, stream: 'math', replyTo: inbox.address };
    system.tell(pulls, open as Message);
  }
  const run = (ms: number) => drive(clock, [system], clock.nowMs() + ms);
  await run(0);
  return { system, told, run, types: (type: string) => told.filter(one => one.type === type) };
}

test('all are told to come again, evenly, and who has not gone by then is ended', async t => {
  const { system, run, types } = await world(50);
  system.tell(pulls, HAND_OVER);
  await run(450);
  t.is(types('reconnect').length, 25);
  await run(2500);
  t.is(new Set(types('reconnect').map(({ session }) => session)).size, 50);
  t.is(types('reconnect').length, 50);
  t.is(types('close').length, 0);
  await run(100);
  t.is(types('close').length, 50);
  await system.stop();
});

test('taken back, the others are left in peace', async t => {
  const { system, run, types } = await world(50);
  system.tell(pulls, HAND_OVER);
  await run(250);
  system.tell(pulls, { type: 'stop-hand-over' });
  await run(10_000);
  t.is(types('reconnect').length, 15);
  t.is(types('close').length, 0);
  await system.stop();
});

test('nobody there is nobody to tell', async t => {
  const { system, run, told } = await world(0);
  system.tell(pulls, HAND_OVER);
  await run(5000);
  t.deepEqual(told, []);
  await system.stop();
});
