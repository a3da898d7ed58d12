/** Viewers who come at a steady rate, however long those before them take, and leave as soon as they have media. */
import { systemClock } from '../../transports/clock.ts';
import type { CrowdMember, ViewerCrowd } from '../load/viewer-crowd.socket.ts';
import { pause } from './child.ts';
import type { MeasuredSpan } from './load-plans.ts';

export interface JoinCounts {
  readonly joins: number;
  readonly failures: number;
  /** The first of the reasons. */
  readonly failureReason?: string;
  /** Of those who have not failed: from before the first call until there was media of each kind, ms. */
  readonly mediaMs: Float64Array;
  /** How far behind its time any of them was called for: more than a few ms is a generator that is at its limit. */
  readonly lateMsMax: number;
}

/** Who has no media by then has failed: nobody waits any longer for a class to begin. */
const MEDIA_LIMIT_MS = 5000;
const TURN_MS = 10;

interface Joining {
  readonly member: CrowdMember;
  readonly calledAtMs: number;
}

interface Outcome {
  readonly mediaMs?: number;
  readonly failure?: string;
}

export async function joinAndLeave({
  crowd,
  stream,
  joinsPerSecond,
  span: { fromMs, toMs },
}: {
  readonly crowd: ViewerCrowd;
  readonly stream: string;
  readonly joinsPerSecond: number;
  readonly span: MeasuredSpan;
}): Promise<JoinCounts> {
  const outcomes: Outcome[] = [];
  let under: Joining[] = [];
  let lateMsMax = 0;
  await pause(fromMs - systemClock.nowMs());
  for (let come = 0; ; ) {
    const nowMs = systemClock.nowMs();
    for (;;) {
      const dueAtMs = fromMs + (come * 1000) / joinsPerSecond;
      if (dueAtMs > nowMs || dueAtMs >= toMs) break;
      lateMsMax = Math.max(lateMsMax, nowMs - dueAtMs);
      const member = crowd.join({ stream, kinds: ['audio', 'video'], isSample: false });
      under.push({ member, calledAtMs: nowMs });
      come += 1;
    }
    under = under.filter(joining => {
      const outcome = outcomeOf(joining, nowMs);
      if (outcome === undefined) return true;
      outcomes.push(outcome);
      crowd.leave(joining.member);
      return false;
    });
    if (nowMs >= toMs && under.length === 0) break;
    await pause(TURN_MS);
  }
  const failures = outcomes.map(({ failure }) => failure).filter(failure => failure !== undefined);
  return {
    joins: outcomes.length,
    failures: failures.length,
    ...(failures[0] !== undefined && { failureReason: failures[0] }),
    mediaMs: Float64Array.from(outcomes.flatMap(({ mediaMs }) => mediaMs ?? [])),
    lateMsMax,
  };
}

/** Undefined while it is under way. */
function outcomeOf({ member: { refusal, viewer }, calledAtMs }: Joining, nowMs: number): Outcome | undefined {
  const failure = refusal ?? viewer.endReason;
  if (failure !== undefined) return { failure };
  const { mediaAtMs, connectedAtMs } = viewer;
  if (mediaAtMs !== undefined) return { mediaMs: mediaAtMs - calledAtMs };
  if (nowMs < calledAtMs + MEDIA_LIMIT_MS) return undefined;
  const what = connectedAtMs === undefined ? 'not connected' : 'no media';
  return { failure: `${what} within ${MEDIA_LIMIT_MS / 1000} s` };
}
