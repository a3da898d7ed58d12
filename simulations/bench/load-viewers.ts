/**
 * Viewers of the benches of load, in one of the processes that the bench starts: they come one after the other, count what
 * comes while the bench measures, and stay until they are ended. Ends with the bench.
 */
import { parseSessionId } from '../../actors/sessions/session-id.ts';
import { systemClock } from '../../transports/clock.ts';
import { makeCertificate } from '../../transports/dtls/certificate.ts';
import { systemRandom } from '../../transports/random.ts';
import type { Counted } from '../load/crowd-viewer.ts';
import { openSignalling } from '../load/signalling.socket.ts';
import { type CrowdMember, openViewerCrowd, type ViewerCrowd } from '../load/viewer-crowd.socket.ts';
import { pause } from './child.ts';
import { nextWord } from './child-events.ts';
import type { LoadPull, MeasuredSpan } from './load-plans.ts';

/** What the bench tells the process first; the second thing is a MeasuredSpan. */
export interface LoadViewersOptions {
  readonly url: string;
  readonly pulls: readonly LoadPull[];
  readonly audio: boolean;
  /** How many come in a second. */
  readonly joinsPerSecond: number;
  /** For those who are still on their way in then. */
  readonly joinLimitMs: number;
  /** How long what is late is waited for. */
  readonly graceMs: number;
}

/** What came to one viewer. */
export interface LoadOutcome extends Omit<Counted, 'repeated'> {
  /** Its place in the plan's list of streams. */
  readonly streamIndex: number;
  /** The core that its session is on. */
  readonly shard: number;
  /** Of a sample: of each packet that was sent in the span and came, ms. */
  readonly delaysMs?: Float64Array;
  /** Why there was no media, or no more. */
  readonly failure?: string;
}

export type LoadViewersEvent =
  | { readonly kind: 'progress'; readonly come: number }
  /** All have media, or had their time; where they have it. */
  | { readonly kind: 'ready'; readonly port: number }
  | { readonly kind: 'done'; readonly outcomes: readonly LoadOutcome[] }
  | { readonly kind: 'error'; readonly error: string };

const POLL_MS = 50;
const PROGRESS_MS = 2000;

interface Watching {
  readonly plan: LoadPull;
  readonly member: CrowdMember;
}

async function run(options: LoadViewersOptions): Promise<void> {
  const signalling = openSignalling(options.url);
  const certificate = await makeCertificate(systemClock.wallMs());
  const crowd = openViewerCrowd({ clock: systemClock, random: systemRandom, certificate, signalling });
  const all = await comeIn(crowd, options);
  signalling.close();
  const told = nextWord<MeasuredSpan>();
  tell({ kind: 'ready', port: crowd.port });
  const { fromMs, toMs } = await told;
  await pause(fromMs - systemClock.nowMs());
  crowd.measure(fromMs, toMs);
  await pause(toMs - systemClock.nowMs());
  const atEnd = all.map(({ member }) => member.viewer.counted);
  // What was missing at the end may only have been late.
  await pause(options.graceMs);
  const outcomes = all.map((watching, i) => outcomeOf(watching, atEnd[i]!));
  tell({ kind: 'done', outcomes });
}

async function comeIn(crowd: ViewerCrowd, options: LoadViewersOptions): Promise<readonly Watching[]> {
  const { pulls, audio, joinsPerSecond, joinLimitMs } = options;
  const kinds = audio ? (['audio', 'video'] as const) : (['video'] as const);
  const all: Watching[] = [];
  const startedAtMs = systemClock.nowMs();
  let progressAtMs = startedAtMs + PROGRESS_MS;
  for (const [i, plan] of pulls.entries()) {
    const waitMs = startedAtMs + (i * 1000) / joinsPerSecond - systemClock.nowMs();
    if (waitMs > 0) await pause(waitMs);
    const { stream, uid, isSample } = plan;
    all.push({ plan, member: crowd.join({ stream, uid, kinds, isSample }) });
    if (systemClock.nowMs() < progressAtMs) continue;
    progressAtMs += PROGRESS_MS;
    tell({ kind: 'progress', come: all.length });
  }
  const limitAtMs = systemClock.nowMs() + joinLimitMs;
  const isSettled = ({ member: { viewer, refusal } }: Watching) =>
    refusal !== undefined || viewer.endReason !== undefined || viewer.mediaAtMs !== undefined;
  while (!all.every(isSettled) && systemClock.nowMs() < limitAtMs) await pause(POLL_MS);
  return all;
}

/** `atEnd` is what had come when the span ended. */
function outcomeOf({ plan, member }: Watching, { packets, bytes }: Counted): LoadOutcome {
  const { viewer, session, refusal } = member;
  const failure = refusal ?? viewer.endReason ?? (packets === 0 ? 'no media' : undefined);
  return {
    streamIndex: plan.streamIndex,
    shard: (session === undefined ? undefined : parseSessionId(session)?.shard) ?? 0,
    packets,
    bytes,
    lost: Math.max(0, viewer.counted.lost),
    ...(plan.isSample && { delaysMs: viewer.delaysMs }),
    ...(failure !== undefined && { failure }),
  };
}

function tell(event: LoadViewersEvent): void {
  process.send?.(event);
}

process.once('disconnect', () => process.exit(1));
await run(await nextWord<LoadViewersOptions>()).catch((error: unknown) =>
  tell({ kind: 'error', error: error instanceof Error ? error.message : String(error) }),
);
