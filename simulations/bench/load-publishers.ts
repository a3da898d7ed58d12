/**
 * The publishers of the benches of load, all in one process that the bench starts: they come one after the other, publish until
 * they are ended, and count what they send while the bench measures. Ends with the bench.
 */
import { readFile } from 'node:fs/promises';
import { parseSessionId } from '../../actors/sessions/session-id.ts';
import { systemClock } from '../../transports/clock.ts';
import { makeCertificate } from '../../transports/dtls/certificate.ts';
import { systemRandom } from '../../transports/random.ts';
import { raiseThreadPriority } from '../../transports/threads/priority.ts';
import { push } from '../load/join.ts';
import { LoadPublisher } from '../load/load-publisher.ts';
import { type RecordedPacket, readRecording } from '../load/recording.ts';
import { openSignalling } from '../load/signalling.socket.ts';
import { pause } from './child.ts';
import { nextWord } from './child-events.ts';
import type { LoadStream, MeasuredSpan } from './load-plans.ts';

/** What the bench tells the process first; what follows are MeasuredSpans, one after the other. */
export interface LoadPublishersOptions {
  readonly url: string;
  readonly streams: readonly LoadStream[];
  readonly audio: boolean;
}

export type LoadPublishersEvent =
  /** All publish. */
  | { readonly kind: 'ready' }
  | {
      readonly kind: 'done';
      /** Of each stream, in their order. */
      readonly packets: readonly number[];
      /** The core that each one's session is on. */
      readonly shards: readonly number[];
      /** Why some were ended, one reason each. */
      readonly failures: readonly string[];
      /** How far behind its time any frame or sound was. */
      readonly lateMsMax: number;
    }
  | { readonly kind: 'error'; readonly error: string };

const POLL_MS = 20;
const CONNECT_LIMIT_MS = 10_000;

async function run({ url, streams, audio }: LoadPublishersOptions): Promise<void> {
  const signalling = openSignalling(url);
  const certificate = await makeCertificate(systemClock.wallMs());
  const publishers: LoadPublisher[] = [];
  const shards: number[] = [];
  for (const [index, { stream, kbps, uid, isSilent = false, recording }] of streams.entries()) {
    const phase = index / streams.length;
    const media = {
      kbps,
      audio,
      phase,
      isSilent,
      ...(recording !== undefined && { recording: await recorded(recording) }),
    };
    const publisher = new LoadPublisher({ certificate, random: systemRandom, ...media });
    publishers.push(publisher);
    const { session } = await push(publisher, { clock: systemClock, signalling, stream, uid });
    shards.push(parseSessionId(session)?.shard ?? 0);
    const limitAtMs = systemClock.nowMs() + CONNECT_LIMIT_MS;
    while (publisher.connectedAtMs === undefined) {
      if (publisher.endReason !== undefined) throw new Error(publisher.endReason);
      if (systemClock.nowMs() > limitAtMs) throw new Error('a publisher could not connect');
      await pause(POLL_MS);
    }
  }
  signalling.close();
  let told = nextWord<MeasuredSpan>();
  tell({ kind: 'ready' });
  for (;;) {
    const { fromMs, toMs } = await told;
    told = nextWord<MeasuredSpan>();
    for (const publisher of publishers) publisher.measure(fromMs, toMs);
    await pause(toMs - systemClock.nowMs() + POLL_MS);
    tell({
      kind: 'done',
      packets: publishers.map(({ published }) => published.packets),
      shards,
      failures: publishers.map(({ endReason }) => endReason).filter(reason => reason !== undefined),
      lateMsMax: Math.max(...publishers.map(({ published }) => published.lateMsMax)),
    });
  }
}

async function recorded(name: string): Promise<readonly RecordedPacket[]> {
  return readRecording(await readFile(new URL(`./recordings/${name}.txt`, import.meta.url), 'utf8'));
}

function tell(event: LoadPublishersEvent): void {
  process.send?.(event);
}

process.once('disconnect', () => process.exit(1));
// The node's threads have it: cameras that wait for them would be measured in place of them.
raiseThreadPriority();
await run(await nextWord<LoadPublishersOptions>()).catch((error: unknown) =>
  tell({ kind: 'error', error: error instanceof Error ? error.message : String(error) }),
);
