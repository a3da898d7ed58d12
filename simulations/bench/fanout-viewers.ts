/**
 * The viewers of the bench of fan-out, all of one stream and in one process that the bench starts: as many as it says, read or
 * not. Ends with the bench.
 */
import { systemClock } from '../../transports/clock.ts';
import { makeCertificate } from '../../transports/dtls/certificate.ts';
import { systemRandom } from '../../transports/random.ts';
import { openSignalling } from '../load/signalling.socket.ts';
import { type CrowdMember, openViewerCrowd, type ViewerCrowd } from '../load/viewer-crowd.socket.ts';
import { pause } from './child.ts';
import { nextWord } from './child-events.ts';
import { type JoinCounts, joinAndLeave } from './join-and-leave.ts';
import type { MeasuredSpan } from './load-plans.ts';

/** What the bench tells the process first; what follows are FanoutWords. */
export interface FanoutViewersOptions {
  readonly url: string;
  readonly stream: string;
  /** The stream has no media: who is connected has all that there is. */
  readonly isSilent: boolean;
}

export type FanoutWord =
  /** So many are to watch, and what comes to them is read, until it says otherwise. */
  | { readonly kind: 'watch'; readonly viewers: number }
  /** The kernel drops what comes; the server is none the wiser. */
  | { readonly kind: 'sink' }
  | ({ readonly kind: 'measure' } & MeasuredSpan)
  /** The same, and meanwhile others come, so many a second, who leave as soon as they have media. */
  | ({ readonly kind: 'join'; readonly joinsPerSecond: number } & MeasuredSpan);

export type FanoutEvent =
  | { readonly kind: 'ready' }
  | { readonly kind: 'progress'; readonly viewers: number }
  /** So many have media, of those that were asked for; why the others have not, the first reason. */
  | { readonly kind: 'watching'; readonly viewers: number; readonly failure?: string }
  | { readonly kind: 'sinking' }
  | ({ readonly kind: 'measured' } & FanoutCounts)
  | ({ readonly kind: 'joined' } & FanoutCounts & JoinCounts)
  | { readonly kind: 'error'; readonly error: string };

export interface FanoutCounts {
  /** That came in the span and shortly after. */
  readonly packets: number;
  /** By gaps in the numbers. */
  readonly lost: number;
  readonly repeated: number;
  /** Of each sample: how long packets that were sent in the span were on their way to the viewers' socket, ms. */
  readonly delaysMs: readonly Float64Array[];
  /** That the server ended. */
  readonly ended: number;
}

/** Far below what a core takes in: what is measured is watching, not coming. */
const JOINS_PER_SECOND = 100;
/** For those who are still on their way in when the last has come. */
const SETTLE_LIMIT_MS = 20_000;
/** One in so many decrypts and measures. */
const PER_SAMPLE = 25;
/** What comes later than this is lost to a class. */
const GRACE_MS = 1000;
const POLL_MS = 50;
const PROGRESS_MS = 2000;

const members: CrowdMember[] = [];

async function run({ url, stream, isSilent }: FanoutViewersOptions): Promise<void> {
  const signalling = openSignalling(url);
  const certificate = await makeCertificate(systemClock.wallMs());
  const crowd = openViewerCrowd({ clock: systemClock, random: systemRandom, certificate, signalling });
  let next = nextWord<FanoutWord>();
  tell({ kind: 'ready' });
  for (;;) {
    const word = await next;
    next = nextWord();
    switch (word.kind) {
      case 'watch':
        crowd.setReading(true);
        tell(await watch(crowd, stream, word.viewers, isSilent));
        break;
      case 'sink':
        crowd.setReading(false);
        tell({ kind: 'sinking' });
        break;
      case 'measure':
        tell({ kind: 'measured', ...(await measure(crowd, word)) });
        break;
      case 'join': {
        const joining = { crowd, stream, joinsPerSecond: word.joinsPerSecond, span: word };
        const [counts, joins] = await Promise.all([measure(crowd, word), joinAndLeave(joining)]);
        tell({ kind: 'joined', ...counts, ...joins });
        break;
      }
      default:
        word satisfies never;
    }
  }
}

async function watch(
  crowd: ViewerCrowd,
  stream: string,
  viewers: number,
  isSilent: boolean,
): Promise<FanoutEvent> {
  for (const member of members.splice(viewers)) crowd.leave(member);
  const beganAtMs = systemClock.nowMs();
  const come = members.length;
  let progressAtMs = beganAtMs + PROGRESS_MS;
  while (members.length < viewers) {
    const waitMs = beganAtMs + ((members.length - come) * 1000) / JOINS_PER_SECOND - systemClock.nowMs();
    if (waitMs > 0) await pause(waitMs);
    const isSample = members.length % PER_SAMPLE === 0;
    members.push(crowd.join({ stream, kinds: ['audio', 'video'], isSample }));
    if (systemClock.nowMs() < progressAtMs) continue;
    progressAtMs += PROGRESS_MS;
    tell({ kind: 'progress', viewers: members.length });
  }
  const limitAtMs = systemClock.nowMs() + SETTLE_LIMIT_MS;
  const hasAll = isSilent ? isConnected : hasMedia;
  const isSettled = (member: CrowdMember) => failureOf(member) !== undefined || hasAll(member);
  while (!members.every(isSettled) && systemClock.nowMs() < limitAtMs) await pause(POLL_MS);
  const failure = members.map(failureOf).find(reason => reason !== undefined);
  return {
    kind: 'watching',
    viewers: members.filter(hasAll).length,
    ...(failure !== undefined && { failure }),
  };
}

async function measure(crowd: ViewerCrowd, { fromMs, toMs }: MeasuredSpan): Promise<FanoutCounts> {
  await pause(fromMs - systemClock.nowMs());
  crowd.measure(fromMs, toMs);
  await pause(toMs - systemClock.nowMs());
  // What is missing may only be late.
  await pause(GRACE_MS);
  const { packets, lost, repeated } = crowd.counted;
  const delaysMs = members.map(({ viewer }) => viewer.delaysMs).filter(({ length }) => length > 0);
  const ended = members.filter(member => failureOf(member) !== undefined).length;
  return { packets, lost: Math.max(0, lost), repeated, delaysMs, ended };
}

function failureOf({ refusal, viewer }: CrowdMember): string | undefined {
  return refusal ?? viewer.endReason;
}

function isConnected({ viewer }: CrowdMember): boolean {
  return viewer.connectedAtMs !== undefined;
}

function hasMedia({ viewer }: CrowdMember): boolean {
  return viewer.mediaAtMs !== undefined;
}

function tell(event: FanoutEvent): void {
  process.send?.(event);
}

process.once('disconnect', () => process.exit(1));
await run(await nextWord<FanoutViewersOptions>()).catch((error: unknown) =>
  tell({ kind: 'error', error: error instanceof Error ? error.message : String(error) }),
);
