/** Emptying the node before it stops: its clients go to other nodes while it still serves them. */
import type { DrainNode } from '../actors/node/drain-messages.ts';
import type { ReportShard, ShardReport } from '../actors/protocol.ts';
import { addressOf } from '../actors/runtime/address.ts';
import { shardPath } from '../actors/sessions/facts.ts';
import type { Clock } from '../transports/clock.ts';
import type { ActorsPort } from './actors-port.ts';
import type { Question } from './asking.ts';

/** How often is looked whether somebody is left. */
const LOOK_INTERVAL_MS = 200;
/** A shard that does not answer by then has nobody who could be waited for. */
const REPORT_TIMEOUT_MS = 1000;

/** Resolves when no session is left, or after `limitMs`. */
export async function drained(
  actors: Pick<ActorsPort, 'ask'>,
  node: string,
  shards: number,
  limitMs: number,
  clock: Clock,
): Promise<void> {
  const untilMs = clock.nowMs() + limitMs;
  const question: Question<DrainNode> = { type: 'drain' };
  try {
    await actors.ask(addressOf(node, '/drain'), question, REPORT_TIMEOUT_MS);
  } catch {
    // One that stands alone, or did not get as far: there is nowhere to send anybody.
    return;
  }
  while (clock.nowMs() < untilMs && (await sessionsOf(actors, node, shards)) > 0) {
    await new Promise<void>(resolve => clock.setTimer(LOOK_INTERVAL_MS, resolve));
  }
}

async function sessionsOf(actors: Pick<ActorsPort, 'ask'>, node: string, shards: number): Promise<number> {
  const question: Question<ReportShard> = { type: 'report' };
  const reports = await Promise.allSettled(
    Array.from({ length: shards }, (_, shard) =>
      actors.ask<ShardReport>(addressOf(node, shardPath(shard)), question, REPORT_TIMEOUT_MS),
    ),
  );
  return reports.reduce(
    (sum, report) =>
      sum + (report.status === 'fulfilled' ? report.value.publishers + report.value.viewers : 0),
    0,
  );
}
