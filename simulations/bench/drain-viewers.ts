/**
 * The viewers of the bench of drains, all in one process that the bench starts: they watch as pages do, and go elsewhere when
 * their session's events say so. Ends with the bench.
 */
import { parseSessionId } from '../../actors/sessions/session-id.ts';
import { systemClock } from '../../transports/clock.ts';
import { makeCertificate } from '../../transports/dtls/certificate.ts';
import { systemRandom } from '../../transports/random.ts';
import { type LastingViewer, watchOnAndOn } from '../load/lasting-clients.ts';
import { openSignalling } from '../load/signalling.socket.ts';
import { pause } from './child.ts';
import { nextWord } from './child-events.ts';
import type { DrainedViewer } from './drain-report.ts';

/** What the bench tells the process first. */
export interface DrainViewersOptions {
  readonly url: string;
  readonly stream: string;
  readonly viewers: number;
  readonly joinsPerSecond: number;
}

/** What it tells then, one after the other: they are to be watched; what of them is to be told; it is over. */
export type DrainViewersWord = 'begin' | 'tell' | 'leave';

export type DrainViewersEvent =
  /** All have a picture; on which nodes they are. */
  | { readonly kind: 'ready'; readonly nodes: readonly string[] }
  | { readonly kind: 'begun' }
  | { readonly kind: 'told'; readonly viewers: readonly DrainedViewer[] }
  | { readonly kind: 'left' }
  | { readonly kind: 'error'; readonly error: string };

const POLL_MS = 50;
/** From a viewer's first call to its picture; longer than that takes on a machine with other things to do. */
const PICTURE_LIMIT_MS = 15_000;

async function run({ url, stream, viewers: count, joinsPerSecond }: DrainViewersOptions): Promise<void> {
  const signalling = openSignalling(url);
  const joining = {
    url,
    stream,
    signalling,
    certificate: await makeCertificate(systemClock.wallMs()),
    random: systemRandom,
    clock: systemClock,
  };
  const coming: Promise<LastingViewer>[] = [];
  const startedAtMs = systemClock.nowMs();
  for (let i = 0; i < count; i += 1) {
    const waitMs = startedAtMs + (i * 1000) / joinsPerSecond - systemClock.nowMs();
    if (waitMs > 0) await pause(waitMs);
    coming.push(watchOnAndOn({ ...joining, uid: String(i) }));
  }
  const all = await Promise.all(coming);
  const limitAtMs = systemClock.nowMs() + PICTURE_LIMIT_MS;
  while (all.some(viewer => viewer.frames().length === 0)) {
    if (systemClock.nowMs() > limitAtMs) throw new Error('a viewer has no picture');
    await pause(POLL_MS);
  }
  let word = nextWord<DrainViewersWord>();
  tell({ kind: 'ready', nodes: all.map(nodeOf) });
  let sinceMs = 0;
  for (let heard = await word; heard !== 'leave'; heard = await word) {
    word = nextWord<DrainViewersWord>();
    if (heard === 'begin') {
      sinceMs = systemClock.nowMs();
      tell({ kind: 'begun' });
    } else tell({ kind: 'told', viewers: all.map(viewer => drained(viewer, sinceMs)) });
  }
  await Promise.all(all.map(viewer => viewer.leave()));
  signalling.close();
  tell({ kind: 'left' });
}

function nodeOf(viewer: LastingViewer): string {
  return parseSessionId(viewer.session())?.node ?? '';
}

function drained(viewer: LastingViewer, sinceMs: number): DrainedViewer {
  const nowMs = systemClock.nowMs();
  const moments = [sinceMs, ...viewer.frames().filter(atMs => atMs > sinceMs), nowMs];
  const since = viewer.happened.filter(({ atMs }) => atMs > sinceMs);
  return {
    node: nodeOf(viewer),
    gapMs: Math.max(...moments.slice(1).map((atMs, i) => atMs - moments[i]!)),
    wasTold: since.some(({ what }) => what === 'reconnect'),
    refused: since.filter(({ what }) => what === 'refused').length,
  };
}

function tell(event: DrainViewersEvent): void {
  process.send?.(event);
}

process.once('disconnect', () => process.exit(1));
await run(await nextWord<DrainViewersOptions>()).catch((error: unknown) =>
  tell({ kind: 'error', error: error instanceof Error ? error.message : String(error) }),
);
