/** Leases and the channel on a real redis-server: what is kept and for how long, who hears, and how it is found again. */
import test, { type ExecutionContext } from 'ava';
import { systemClock } from '../../../transports/clock.ts';
import { LeaseStore } from '../../../transports/redis/lease-store.socket.ts';
import { eventually } from '../../support/node.ts';
import { type Redis, startRedis } from '../../support/redis.ts';

interface Client {
  readonly store: LeaseStore;
  /** `up`, or why it is not. */
  readonly states: string[];
  readonly heard: string[];
}

async function redisFor(t: ExecutionContext, password?: string): Promise<Redis> {
  const redis = await startRedis(password);
  t.teardown(() => redis.stop());
  return redis;
}

async function clientOf(
  t: ExecutionContext,
  url: string,
  prefix = 'a:',
  isReachable = true,
): Promise<Client> {
  const states: string[] = [];
  const heard: string[] = [];
  const store = new LeaseStore({
    url,
    prefix,
    name: 'test',
    clock: systemClock,
    onConnected: () => states.push('up'),
    onLost: reason => states.push(reason),
    onPublished: text => heard.push(text),
  });
  t.teardown(() => store.close());
  store.open();
  if (isReachable) await eventually('connection', 3000, () => states.includes('up') || undefined);
  return { store, states, heard };
}

function all({ store }: Client): Promise<readonly string[]> {
  return new Promise(resolve => store.readAll(texts => resolve([...texts].sort())));
}

test.serial('what is kept is read by all until its lease is over, or it is taken away', async t => {
  const { url } = await redisFor(t, 'a-password');
  const one = await clientOf(t, url);
  const other = await clientOf(t, url);
  const stranger = await clientOf(t, url, 'b:');
  for (let i = 0; i < 1500; i += 1) one.store.keep(`many/${i}`, 'many', 10_000);
  one.store.keep('x/short', 'short', 250);
  one.store.keep('x/long', 'long', 10_000);
  one.store.keep('x/taken', 'taken', 10_000);
  one.store.drop('x/taken');
  // What one sends is done in its order; between two there is none.
  await all(one);
  other.store.keep('x/long', 'another', 10_000);
  const texts = await all(other);
  t.is(texts.filter(text => text === 'many').length, 1500);
  t.deepEqual(
    texts.filter(text => text !== 'many'),
    ['another', 'short'],
  );
  t.deepEqual(await all(stranger), []);
  await eventually('end of the lease', 2000, async () => !(await all(other)).includes('short') || undefined);

  one.store.publish('first');
  one.store.publish('second');
  for (const { heard } of [one, other]) {
    await eventually('word', 1000, () => heard.length === 2 || undefined);
    t.deepEqual(heard, ['first', 'second']);
  }
  t.deepEqual(stranger.heard, []);
  // Nothing comes after this.
  one.store.close();
  other.store.publish('third');
  await eventually('word', 1000, () => other.heard.length === 3 || undefined);
  t.deepEqual(one.heard, ['first', 'second']);
  t.deepEqual(one.states, ['up']);
});

test.serial('the number only grows, whoever raises it', async t => {
  const { url } = await redisFor(t);
  const one = await clientOf(t, url);
  const other = await clientOf(t, url);
  const highest = ({ store }: Client) =>
    new Promise<number>(resolve => store.readAll((_texts, number) => resolve(number)));
  t.is(await highest(one), 0);
  one.store.raise(1_800_000_000_001);
  t.is(await highest(one), 1_800_000_000_001);
  other.store.raise(1_800_000_000_000);
  t.is(await highest(other), 1_800_000_000_001);
  other.store.raise(1_800_000_000_002);
  t.is(await highest(other), 1_800_000_000_002);
});

test.serial('Redis ends and comes back, hangs and goes on: each is told, and found again', async t => {
  const redis = await redisFor(t);
  const { store, states, heard } = await clientOf(t, redis.url);
  await redis.stop();
  await eventually('attempts that fail', 2000, () => states.length > 3 || undefined);
  // What cannot be done is left out.
  store.keep('x', 'lost', 10_000);
  store.publish('lost');
  await redis.start();
  await eventually('connection', 3000, () => states.at(-1) === 'up' || undefined);
  t.log(states.join(', '));
  t.regex(states[2]!, /ECONNREFUSED/);
  t.deepEqual(await new Promise(resolve => store.readAll(resolve)), []);

  redis.pause();
  store.publish('while it hangs');
  store.reconnect();
  t.is(states.at(-1), 'no answer');
  redis.resume();
  await eventually('connection', 5000, () => states.at(-1) === 'up' || undefined);
  store.publish('afterwards');
  await eventually('word', 1000, () => heard.at(-1) === 'afterwards' || undefined);
});

test.serial('a wrong password is told, and never shown', async t => {
  const { url } = await redisFor(t, 'a-password');
  const { states } = await clientOf(t, url.replace('a-password', 'wrong-one'), 'a:', false);
  await eventually('word of it', 2000, () => states.length > 0 || undefined);
  t.regex(states[0]!, /WRONGPASS/);
  t.false(states.join().includes('wrong-one'));
});
