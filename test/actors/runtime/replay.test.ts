import test from 'ava';
import type { Behaviour, Message } from '../../../actors/runtime/behaviour.ts';
import {
  ask,
  type Effect,
  perform,
  spawn,
  stop,
  tell,
  timer,
  watch,
} from '../../../actors/runtime/effects.ts';
import { seededRandom } from '../../../simulations/seeded-random.ts';
import { drive, VirtualClock } from '../../../simulations/virtual-clock.ts';
import { at, linkPair, testSystem } from './harness.ts';

const WALKERS = 12;
const RUN_MS = 20_000;

/** Does something at random at random times: talks, asks, watches, has children, stops them, crashes. */
const walker: Behaviour<number, number, Message> = {
  name: 'walker',
  restart: 'always',
  start: (depth, self) => [depth, timer('step', self.random.uint32() % 300, { type: 'step' })],
  receive(depth, message, self) {
    const { random, address, nowMs } = self;
    const seen = perform('events', `${nowMs} ${address.node}${address.path} ${JSON.stringify(message)}`);
    if (message.type !== 'step') return [depth, seen];
    const other = at(`/walker-${random.uint32() % WALKERS}`, random.unit() < 0.5 ? 'a' : 'b');
    const effects: Effect[] = [seen, timer('step', 1 + (random.uint32() % 400), { type: 'step' })];
    switch (random.uint32() % 8) {
      case 0:
        effects.push(ask(other, { type: 'question' }, 'key', 50));
        break;
      case 1:
        effects.push(watch(other));
        break;
      case 2:
        if (depth < 2) effects.push(stop('child'), spawn('child', walker, depth + 1));
        break;
      case 3:
        effects.push(stop('child'));
        break;
      case 4:
        if (random.unit() < 0.2) throw new Error('stumbled');
        break;
      default:
        effects.push(tell(other, { type: 'hello' }));
    }
    return [depth, ...effects];
  },
};

async function run(seed: number): Promise<{ events: string[]; messages: number; crashes: number }> {
  const clock = new VirtualClock();
  const events: string[] = [];
  const random = seededRandom(seed);
  const ports = { events: (event: unknown) => events.push(String(event)) };
  const nodes = ['a', 'b'].map(node =>
    testSystem({
      clock,
      node,
      random: random.fork(node),
      ports,
      log: entry => events.push(`${entry.path} ${entry.message}`),
    }),
  );
  const link = linkPair();
  const [a, b] = nodes.map(({ system }) => system);
  a!.attachNode('b', link.ends[0]);
  b!.attachNode('a', link.ends[1]);
  for (let i = 0; i < WALKERS; i += 1) for (const system of [a!, b!]) system.start(`/walker-${i}`, walker, 0);
  await drive(clock, [a!, b!], RUN_MS);
  for (const system of [a!, b!]) await system.stop();
  return {
    events,
    messages: a!.counters.messages + b!.counters.messages,
    crashes: a!.counters.crashes + b!.counters.crashes,
  };
}

test('one seed, one run: the same events in the same order, and others for another seed', async t => {
  const [first, second, other] = [await run(1), await run(1), await run(2)];
  t.true(first.messages > 2000 && first.crashes > 5, `${first.messages} messages, ${first.crashes} crashes`);
  t.deepEqual(second, first);
  t.notDeepEqual(other.events, first.events);
});
