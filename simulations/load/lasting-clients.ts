/**
 * Load clients that come again by themselves when their session's events say that it has ended, or that they are to go
 * elsewhere, after the time that a page of ours waits; and note what happens to them and when.
 */
import { systemClock } from '../../transports/clock.ts';
import { waited } from '../bench/child.ts';
import { keepTrying } from '../page-waiting.ts';
import { type Called, type JoinOptions, pull, push } from './join.ts';
import { LoadPublisher } from './load-publisher.ts';
import { LoadViewer } from './load-viewer.ts';
import { hearEvents } from './session-events.ts';
import { refusalOf } from './signalling.socket.ts';

/** As one of the streams of the reference test. */
const VIDEO_KBPS = 350;

export type Happening = 'active' | 'inactive' | 'reconnect' | 'ended' | 'joined' | 'refused';

export interface Happened {
  readonly what: Happening;
  readonly atMs: number;
}

export interface LastingClient {
  /** The id of its last session. */
  session(): string;
  /** How many it has had. */
  sessions(): number;
  readonly happened: readonly Happened[];
  leave(): Promise<void>;
}

export interface LastingViewer extends LastingClient {
  /** When each frame came that can be shown, ms: from the first keyframe of its session on. */
  frames(): readonly number[];
}

export interface LastingOptions extends Omit<JoinOptions, 'kinds'> {
  readonly url: string;
  readonly uid: string;
  /** How soon one that was refused asks again; by default as a page does, which minds Retry-After. */
  readonly askAgainMs?: number;
}

/** Publishes a picture of 30 frames a second, until it leaves. */
export async function publishOnAndOn(options: LastingOptions): Promise<LastingClient> {
  return last(options, () =>
    push(new LoadPublisher({ ...options, kbps: VIDEO_KBPS, audio: false, phase: 0 }), options),
  );
}

/** Watches until it leaves. Rejects when it is refused the first time. */
export async function watchOnAndOn(options: LastingOptions): Promise<LastingViewer> {
  const viewers: LoadViewer[] = [];
  const client = await last(options, async () => {
    const viewer = new LoadViewer({ ...options, kinds: ['video'] });
    const called = await pull(viewer, options);
    viewer.noteFramesFrom(systemClock.nowMs());
    viewers.push(viewer);
    return called;
  });
  return { ...client, frames: () => viewers.flatMap(shown) };
}

function shown({ frames, firstFrameAtMs = Number.POSITIVE_INFINITY }: LoadViewer): readonly number[] {
  return [...frames.values()].filter(atMs => atMs >= firstFrameAtMs);
}

async function last(
  { url, random, askAgainMs }: LastingOptions,
  call: () => Promise<Called>,
): Promise<LastingClient> {
  const leaving = new AbortController();
  const happened: Happened[] = [];
  const called: Called[] = [];
  const begin = async () => {
    called.push(await call());
    happened.push({ what: 'joined', atMs: systemClock.nowMs() });
  };
  // The first session has begun before.
  let hasBegun = true;
  let isRefused = false;
  const attempt = async () => {
    if (!hasBegun) await begin();
    hasBegun = false;
    const { session, leave } = called.at(-1)!;
    await hear(url, session, leaving.signal, happened);
    if (!leaving.signal.aborted) await leave();
  };
  await begin();
  const over = keepTrying({
    random: () => random.unit(),
    nowMs: () => systemClock.nowMs(),
    async sleep(durationMs) {
      await waited(isRefused ? (askAgainMs ?? durationMs) : durationMs, leaving.signal);
      isRefused = false;
    },
    isHere: () => !leaving.signal.aborted,
    attempt,
    refusalOf(error) {
      if (error instanceof EventsLost) throw error;
      happened.push({ what: 'refused', atMs: systemClock.nowMs() });
      isRefused = true;
      return refusalOf(error);
    },
  });
  return {
    happened,
    session: () => called.at(-1)!.session,
    sessions: () => called.length,
    async leave() {
      leaving.abort();
      await over;
      await called.at(-1)!.leave();
    },
  };
}

/** Nobody can say what became of the session: that is a fault, and no refusal. */
class EventsLost extends Error {}

/** Notes what the session's events say, until they end, or say that the client is to go elsewhere. */
async function hear(url: string, session: string, signal: AbortSignal, happened: Happened[]): Promise<void> {
  const enough = new AbortController();
  const either = AbortSignal.any([signal, enough.signal]);
  try {
    await hearEvents(url, session, either, event => {
      if (event === 'buffer') return;
      happened.push({ what: event, atMs: systemClock.nowMs() });
      if (event === 'reconnect') enough.abort();
    });
  } catch (error) {
    if (!either.aborted) throw new EventsLost(`no events of ${session}`, { cause: error });
  }
}
