/**
 * Load clients that come again by themselves when their session's events say that it has ended, after the time that a page
 * of ours waits, and note what happens to them and when.
 */
import { pause } from '../../simulations/bench/child.ts';
import { type Called, type JoinOptions, pull, push } from '../../simulations/load/join.ts';
import { LoadPublisher } from '../../simulations/load/load-publisher.ts';
import { LoadViewer } from '../../simulations/load/load-viewer.ts';
import { hearEvents } from '../../simulations/load/session-events.ts';
import { systemClock } from '../../transports/clock.ts';

/** As one of the streams of the reference test. */
const VIDEO_KBPS = 350;
interface Backoff {
  backoff(): { nextMs(): number };
}
const module = new URL('../../gateway/web/public/backoff.js', import.meta.url);
const { backoff }: Backoff = await import(module.href);
/** So often a viewer asks again for a stream whose publisher has not come back yet, to see when that may be. */
const ASK_AGAIN_MS = 50;

export type Happening = 'active' | 'inactive' | 'ended' | 'joined' | 'refused';

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
  /** When each frame came, ms. */
  frames(): readonly number[];
}

export interface LastingOptions extends Omit<JoinOptions, 'kinds'> {
  readonly url: string;
  readonly uid: string;
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
  return { ...client, frames: () => viewers.flatMap(({ frames }) => [...frames.values()]) };
}

async function last({ url }: LastingOptions, call: () => Promise<Called>): Promise<LastingClient> {
  const leaving = new AbortController();
  const happened: Happened[] = [];
  const called: Called[] = [];
  const begin = async () => {
    called.push(await call());
    happened.push({ what: 'joined', atMs: systemClock.nowMs() });
  };
  const beginAgain = async () => {
    while (!leaving.signal.aborted) {
      try {
        return await begin();
      } catch {
        happened.push({ what: 'refused', atMs: systemClock.nowMs() });
        await pause(ASK_AGAIN_MS);
      }
    }
  };
  const goOn = async () => {
    while (!leaving.signal.aborted) {
      await hear(url, called.at(-1)!.session, leaving.signal, happened);
      if (leaving.signal.aborted) return;
      await called.at(-1)!.leave();
      await pause(backoff().nextMs());
      await beginAgain();
    }
  };
  await begin();
  const over = goOn();
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

/** Notes what the session's events say, until they end. */
async function hear(url: string, session: string, signal: AbortSignal, happened: Happened[]): Promise<void> {
  try {
    await hearEvents(url, session, signal, event => {
      if (event === 'active' || event === 'inactive' || event === 'ended')
        happened.push({ what: event, atMs: systemClock.nowMs() });
    });
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
