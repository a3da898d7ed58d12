import test from 'ava';
import { HEARTBEAT_INTERVAL_MS, SILENCE_MAX_MS } from '../../../transports/zeromq/limits.ts';
import { LinksWorld } from './links-world.ts';

function twoLinked(seed?: string) {
  const world = new LinksWorld(seed);
  const [a, b] = [world.node({ name: 'a' }), world.node({ name: 'b' })];
  world.dial(a, b);
  world.pass(50);
  return { world, a, b, wire: world.wires[0]! };
}

test('an idle link lasts, by its heartbeats', t => {
  const { world, a, b } = twoLinked();
  const before = a.core.counters.framesSent;
  world.pass(60_000);
  for (const { epochs } of [a, b]) t.deepEqual([epochs.length, epochs[0]!.end], [1, undefined]);
  t.is(a.core.counters.framesSent - before, 60_000 / HEARTBEAT_INTERVAL_MS);
});

test('a busy link needs none', t => {
  const { world, a } = twoLinked();
  const before = a.core.counters.framesSent;
  for (let n = 0; n < 100; n += 1) {
    world.post(a, 'b', { n });
    world.pass(100);
  }
  t.is(a.core.counters.framesSent - before, 100);
});

test('a peer that falls silent is given up by both within the silence, once', t => {
  const { world, a, b, wire } = twoLinked();
  world.pass(10_000);
  const atMs = world.nowMs;
  wire.isSilent = true;
  world.pass(SILENCE_MAX_MS + 10);
  for (const { epochs } of [a, b]) {
    t.is(epochs[0]!.end?.code, 'silent');
    t.regex(epochs[0]!.end!.words, /^not heard for 2000 ms$/);
    const afterMs = epochs[0]!.downAtMs! - atMs;
    t.true(afterMs <= SILENCE_MAX_MS && afterMs > SILENCE_MAX_MS - 2 * HEARTBEAT_INTERVAL_MS, `${afterMs}`);
  }
});

test('silence is found out while much is waiting to be sent', t => {
  const { world, a, wire } = twoLinked();
  wire.isStalled = true;
  for (let n = 0; n < 100; n += 1) {
    world.post(a, 'b', { n });
    world.pass(SILENCE_MAX_MS / 90);
  }
  t.is(a.epochs[0]!.end?.code, 'silent');
});

test('a greeting that nobody answers ends, and is tried again', t => {
  const world = new LinksWorld();
  const [a, b] = [world.node({ name: 'a' }), world.node({ name: 'b' })];
  world.dial(a, b);
  world.wires[0]!.isSilent = true;
  world.pass(2_000);
  t.deepEqual(
    a.refusals.map(({ end, endpoint }) => [end.code, endpoint]),
    [['silent', 'at-b']],
  );
  world.pass(200);
  t.is(a.epochs.length, 1);
});

test('a decision that never comes ends the greeting at the side that waits for it', t => {
  const world = new LinksWorld();
  const [a, b] = [world.node({ name: 'a' }), world.node({ name: 'b' })];
  world.dial(a, b);
  world.pass(1.5);
  // The hello of a has come to b, which waits for what a decides.
  a.isDead = true;
  world.pass(2_100);
  t.deepEqual(
    b.refusals.map(({ end, node }) => [end.code, node]),
    [['silent', 'a']],
  );
  t.deepEqual(
    b.epochs.filter(({ upAtMs }) => upAtMs < 2_000),
    [],
  );
});
