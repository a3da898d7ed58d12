/** `shard-<n>`: the root of one core's actors, in its worker thread. */
import { media } from '../forwarding/commands.ts';
import type { ReportShard } from '../protocol.ts';
import { relays } from '../relay/relays.ts';
import type { Behaviour } from '../runtime/behaviour.ts';
import { spawn } from '../runtime/effects.ts';
import { endedSessions } from '../sessions/ended.ts';
import type { ShardFacts } from '../sessions/facts.ts';
import { pullSession } from '../sessions/pull-session.ts';
import { pushSession } from '../sessions/push-session.ts';
import { sessions } from '../sessions/sessions.ts';
import { streams } from '../stream/streams.ts';
import { queues } from './queues.ts';

export const shard: Behaviour<ShardFacts, ShardFacts, ReportShard> = {
  name: 'shard',
  restart: 'never',
  start: facts => [
    facts,
    spawn('ended', endedSessions, null),
    ...(facts.shards === 1 ? [] : [spawn('queues', queues, { others: othersOf(facts) })]),
    ...(facts.relay === undefined ? [] : [spawn('relays', relays, facts)]),
    spawn('streams', streams, facts),
    spawn('pushes', sessions('pushes', pushSession as never), facts),
    spawn('pulls', sessions('pulls', pullSession as never), facts),
  ],
  receive: (facts, message) =>
    message.type === 'report' ? [facts, media({ do: 'report-shard', replyTo: message.replyTo })] : [facts],
};

function othersOf({ shard, shards }: ShardFacts): readonly number[] {
  return Array.from({ length: shards }, (_, one) => one).filter(one => one !== shard);
}
