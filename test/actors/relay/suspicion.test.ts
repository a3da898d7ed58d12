import test from 'ava';
import { relayLink } from '../../../actors/relay/relay-link.ts';
import { addressOf } from '../../../actors/runtime/address.ts';
import type { Self } from '../../../actors/runtime/behaviour.ts';
import { membershipAddress } from '../../../actors/sessions/facts.ts';
import { seededRandom } from '../../../simulations/seeded-random.ts';

const self: Self = {
  address: addressOf('b', '/shards/shard-0/relays/relay-link-c'),
  nowMs: 0,
  wallMs: 0,
  random: seededRandom(1),
};

for (const [name, link] of [
  ['opened here', { open: { node: 'c', address: '10.0.0.3', port: 7100 } }],
  ['opened by the peer', { accepted: 7, peer: 'c' }],
] as const) {
  test(`when a peer's process has gone, its line is asked whether it is there: ${name}`, t => {
    const [start, ...begun] = relayLink.start({ node: 'b', shard: 0, link }, self);
    const address = membershipAddress('c');
    t.true(begun.some(one => one.effect === 'watch' && one.address.path === address.path));
    const down = { type: 'down', address, reason: 'no connection' } as const;
    const [state, ...effects] = relayLink.receive(start, down as never, self);
    t.deepEqual(
      effects.map(one => one.effect),
      ['do', 'timer'],
    );
    t.like(effects[0], { command: { do: 'suspect-link' } });
    const [, ...again] = relayLink.receive(state, { type: 'watch-peer' }, self);
    t.like(again, [{ effect: 'watch', address: { node: 'c' } }]);
  });
}

test('streams hear once that their parent may be gone, not each time that it cannot be watched again', t => {
  const stream = addressOf('b', '/shards/shard-0/streams/stream-math-101');
  const link = { open: { node: 'c', address: '10.0.0.3', port: 7100 } };
  const fetch = { type: 'fetch', stream: 'math-101', path: ['b'], address: stream, replyTo: stream } as const;
  const down = { type: 'down', address: membershipAddress('c'), reason: 'no connection' } as const;
  let [state] = relayLink.start({ node: 'b', shard: 0, link }, self);
  for (const message of [fetch, { type: 'fetch-begun', stream: 'math-101' }])
    [state] = relayLink.receive(state, message as never, self);
  const suspicions = (nowMs: number) => {
    const [after, ...effects] = relayLink.receive(state, down as never, { ...self, nowMs });
    [state] = relayLink.receive(after, { type: 'watch-peer' }, { ...self, nowMs: nowMs + 5_000 });
    return effects.filter(one => one.effect === 'tell').map(({ message }) => message);
  };
  const word = { type: 'parent-suspected', parent: 'c', because: 'lost' };
  t.like(suspicions(0), [word]);
  t.deepEqual(suspicions(5_100), []);
  t.deepEqual(suspicions(10_200), []);
  // It was there again in between.
  t.like(suspicions(60_000), [word]);
});
