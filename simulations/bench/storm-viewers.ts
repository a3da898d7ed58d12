/**
 * The viewers of the bench of storms, all in one process that the bench starts: a few that are there before, then the storm
 * when the bench says so. Ends with the bench.
 */
import { systemClock } from '../../transports/clock.ts';
import { makeCertificate } from '../../transports/dtls/certificate.ts';
import { systemRandom } from '../../transports/random.ts';
import { type Joined, type JoinOptions, join } from '../load/join.ts';
import { openSignalling } from '../load/signalling.socket.ts';
import { pause } from './child.ts';
import { type Arrivals, lagBehind } from './storm-lag.ts';
import type { JoinOutcome } from './storm-report.ts';

/** What the bench gives as the process's argument, as JSON. */
export interface StormViewersOptions {
  readonly url: string;
  readonly stream: string;
  readonly joins: number;
  readonly seconds: number;
  readonly stayMs: number;
  readonly audio: boolean;
}

export type StormViewersEvent =
  /** The old viewers have their picture. */
  | { readonly kind: 'ready' }
  | { readonly kind: 'progress'; readonly begun: number; readonly shown: number }
  | { readonly kind: 'done'; readonly joins: readonly JoinOutcome[]; readonly viewersMax: number }
  | { readonly kind: 'error'; readonly error: string };

const OLD_VIEWERS = 5;
const OLD_VIEWER_LIMIT_MS = 15_000;
const POLL_MS = 50;
const PROGRESS_MS = 2000;
/** From when on a newcomer should be where the others are. */
const CAUGHT_UP_AFTER_MS = 5000;

interface Ended {
  readonly outcome: Omit<JoinOutcome, 'lagMs'>;
  readonly frames: Arrivals;
}

const options = JSON.parse(process.argv[2]!) as StormViewersOptions;
let begun = 0;
let shown = 0;
let present = 0;
let viewersMax = 0;

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
  const old = await Promise.all(Array.from({ length: OLD_VIEWERS }, () => oldViewer(joining)));
  const told = new Promise(resolve => process.once('message', resolve));
  tell({ kind: 'ready' });
  await told;
  const startedAtMs = systemClock.nowMs();
  for (const { viewer } of old) viewer.noteFramesFrom(startedAtMs);
  const ended = await storm(joining, startedAtMs);
  const arrivals = old.map(({ viewer }) => viewer.frames);
  await Promise.all(old.map(({ leave }) => leave()));
  signalling.close();
  const joins = ended.map(({ outcome, frames }) => {
    const lagMs = lagBehind(frames, arrivals);
    return lagMs === undefined ? outcome : { ...outcome, lagMs };
  });
  tell({ kind: 'done', joins, viewersMax });
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

/** One join after the other, each at its time, however long those before it take. */
async function storm(joining: JoinOptions, startedAtMs: number): Promise<readonly Ended[]> {
  const intervalMs = (options.seconds * 1000) / options.joins;
  const ended: Promise<Ended>[] = [];
  let progressAtMs = startedAtMs + PROGRESS_MS;
  for (let i = 0; i < options.joins; i += 1) {
    const waitMs = startedAtMs + i * intervalMs - systemClock.nowMs();
    if (waitMs > 0) await pause(waitMs);
    ended.push(comeAndGo(joining));
    if (systemClock.nowMs() < progressAtMs) continue;
    progressAtMs += PROGRESS_MS;
    tell({ kind: 'progress', begun, shown });
  }
  return Promise.all(ended);
}

async function comeAndGo(joining: JoinOptions): Promise<Ended> {
  const beganAtMs = systemClock.nowMs();
  begun += 1;
  try {
    const joined = await join(joining);
    present += 1;
    viewersMax = Math.max(viewersMax, present);
    const { viewer } = joined;
    viewer.noteFramesFrom(beganAtMs + CAUGHT_UP_AFTER_MS);
    await pause(beganAtMs + options.stayMs - systemClock.nowMs());
    const { endReason } = viewer;
    await joined.leave();
    present -= 1;
    const { connectedAtMs, firstFrameAtMs, frames } = viewer;
    if (firstFrameAtMs !== undefined) shown += 1;
    return {
      frames,
      outcome: {
        ...(connectedAtMs !== undefined && { connectedMs: connectedAtMs - beganAtMs }),
        ...(firstFrameAtMs === undefined
          ? { failure: endReason ?? missing(connectedAtMs) }
          : { firstFrameMs: firstFrameAtMs - beganAtMs }),
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
