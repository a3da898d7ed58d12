/**
 * The viewers of the bench of storms, all in one process that the bench starts: those of the warm-up, a few that are there
 * before, then the storm when the bench says so. Ends with the bench.
 */
import { systemClock } from '../../transports/clock.ts';
import { makeCertificate } from '../../transports/dtls/certificate.ts';
import { systemRandom } from '../../transports/random.ts';
import { type Joined, type JoinOptions, join } from '../load/join.ts';
import { openSignalling } from '../load/signalling.socket.ts';
import { pause } from './child.ts';
import { nextWord } from './child-events.ts';
import { type Arrivals, lagBehind } from './storm-lag.ts';
import type { JoinOutcome } from './storm-report.ts';

/** What the bench tells the process first; the second thing is that the storm is to begin. */
export interface StormViewersOptions {
  readonly url: string;
  readonly stream: string;
  readonly warmUpSeconds: number;
  readonly joins: number;
  /** In which they come. */
  readonly seconds: number;
  readonly stayMs: number;
  readonly audio: boolean;
}

export type StormViewersEvent =
  /** The warm-up is over, and the old viewers have their picture. */
  | { readonly kind: 'ready' }
  | { readonly kind: 'progress'; readonly come: number }
  | {
      readonly kind: 'done';
      readonly joins: readonly JoinOutcome[];
      readonly viewersMax: number;
      readonly packets: number;
    }
  | { readonly kind: 'error'; readonly error: string };

/**
 * Joins a second of the warm-up, each for a second: both sides' code is compiled by then, as it is in a node that has run
 * for a while. The first hundred joins cost three times what later ones do.
 */
const WARM_UP_JOINS_PER_SECOND = 40;
const WARM_UP_STAY_MS = 1000;
const OLD_VIEWERS = 5;
const OLD_VIEWER_LIMIT_MS = 15_000;
const POLL_MS = 50;
const PROGRESS_MS = 2000;
/** How long before it leaves a newcomer's frames are noted, to be compared with those of the old viewers. */
const NOTED_MS = 1000;

interface Visit {
  readonly outcome: Omit<JoinOutcome, 'lagMs'>;
  readonly frames: Arrivals;
}

const options = await nextWord<StormViewersOptions>();
let come = 0;
let present = 0;
let viewersMax = 0;
let packets = 0;

async function run(): Promise<void> {
  const signalling = openSignalling(options.url);
  const joining: JoinOptions = {
    certificate: await makeCertificate(systemClock.wallMs()),
    random: systemRandom,
    clock: systemClock,
    signalling,
    stream: options.stream,
    kinds: options.audio ? ['audio', 'video'] : ['video'],
  };
  await visits(
    joining,
    options.warmUpSeconds * WARM_UP_JOINS_PER_SECOND,
    options.warmUpSeconds,
    WARM_UP_STAY_MS,
  );
  const old = await Promise.all(Array.from({ length: OLD_VIEWERS }, () => oldViewer(joining)));
  const started = nextWord<'storm'>();
  tell({ kind: 'ready' });
  await started;

  [come, viewersMax, packets] = [0, 0, 0];
  for (const { viewer } of old) viewer.noteFramesFrom(systemClock.nowMs());
  const all = await visits(joining, options.joins, options.seconds, options.stayMs, () =>
    tell({ kind: 'progress', come }),
  );
  const arrivals = old.map(({ viewer }) => viewer.frames);
  await Promise.all(old.map(({ leave }) => leave()));
  signalling.close();
  const joins = all.map(({ outcome, frames }) => {
    const lagMs = lagBehind(frames, arrivals);
    return lagMs === undefined ? outcome : { ...outcome, lagMs };
  });
  tell({ kind: 'done', joins, viewersMax, packets });
}

async function oldViewer(joining: JoinOptions): Promise<Joined> {
  const joined = await join(joining);
  const limitAtMs = systemClock.nowMs() + OLD_VIEWER_LIMIT_MS;
  while (joined.viewer.firstFrameAtMs === undefined) {
    if (joined.viewer.endReason !== undefined) throw new Error(joined.viewer.endReason);
    if (systemClock.nowMs() > limitAtMs) throw new Error('a viewer got no keyframe before the storm');
    await pause(POLL_MS);
  }
  return joined;
}

/** One viewer after the other, each at its time, however long those before it take. Resolves when the last has left. */
async function visits(
  joining: JoinOptions,
  count: number,
  seconds: number,
  stayMs: number,
  onProgress: () => void = () => undefined,
): Promise<readonly Visit[]> {
  const startedAtMs = systemClock.nowMs();
  let progressAtMs = startedAtMs + PROGRESS_MS;
  const all: Promise<Visit>[] = [];
  for (let i = 0; i < count; i += 1) {
    const waitMs = startedAtMs + (i * seconds * 1000) / count - systemClock.nowMs();
    if (waitMs > 0) await pause(waitMs);
    all.push(visit(joining, stayMs));
    if (systemClock.nowMs() < progressAtMs) continue;
    progressAtMs += PROGRESS_MS;
    onProgress();
  }
  return Promise.all(all);
}

async function visit(joining: JoinOptions, stayMs: number): Promise<Visit> {
  const beganAtMs = systemClock.nowMs();
  come += 1;
  try {
    const { viewer, leave } = await join(joining);
    present += 1;
    viewersMax = Math.max(viewersMax, present);
    viewer.noteFramesFrom(beganAtMs + stayMs - NOTED_MS);
    await pause(beganAtMs + stayMs - systemClock.nowMs());
    const { endReason } = viewer;
    await leave();
    present -= 1;
    packets += viewer.packets;
    const { connectedAtMs, firstFrameAtMs, frames } = viewer;
    return {
      frames,
      outcome: {
        ...(connectedAtMs !== undefined && { connectedMs: connectedAtMs - beganAtMs }),
        ...(firstFrameAtMs !== undefined
          ? { firstFrameMs: firstFrameAtMs - beganAtMs }
          : { failure: endReason ?? missing(connectedAtMs) }),
      },
    };
  } catch (error) {
    const failure = error instanceof Error ? error.message : String(error);
    return { frames: new Map(), outcome: { failure } };
  }
}

function missing(connectedAtMs: number | undefined): string {
  const what = connectedAtMs === undefined ? 'not connected' : 'no whole keyframe';
  return `${what} within ${options.stayMs / 1000} s`;
}

function tell(event: StormViewersEvent): void {
  process.send?.(event);
}

process.once('disconnect', () => process.exit(1));
await run().catch((error: unknown) =>
  tell({ kind: 'error', error: error instanceof Error ? error.message : String(error) }),
);
