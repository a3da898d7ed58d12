import test from 'ava';
import type { Refused } from '../../../actors/protocol.ts';
import { addressOf } from '../../../actors/runtime/address.ts';
import type { OpenSession } from '../../../actors/sessions/facts.ts';
import { pullSession } from '../../../actors/sessions/pull-session.ts';
import { drive } from '../../../simulations/virtual-clock.ts';
import { puppet, testSystem } from '../runtime/harness.ts';
import { shardFacts } from './shard-facts.ts';

const stream = addressOf('a', '/shards/shard-0/streams/stream-math-101');

for (const [what, isThere, status] of [
  ['a stream that nobody publishes is not live', false, 404],
  ['one whose actor does not answer in time may well be: the edge is busy, and says so', true, 503],
] as const) {
  test(what, async t => {
    const { system, clock } = testSystem({ ports: { media: () => {}, log: () => {} } });
    if (isThere) system.start(stream.path, puppet, {});
    const answers: Refused[] = [];
    const edge = system.inbox(message => answers.push(message as unknown as Refused));
    const open: OpenSession = {
      type: 'open',
      session: 'pull-0-x',
      stream: 'math-101',
      replyTo: edge.address,
    };
    system.start('/pull-0-x', pullSession, { open, facts: shardFacts });
    await drive(clock, [system], 2000);
    t.is(answers.length, 1);
    t.is(answers[0]!.status, status);
    t.true(answers[0]!.retryAfterSeconds! > 0);
  });
}
