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
