/**
 * The floor of the bench of fan-out, in a process of its own that the bench starts: what it takes at the least to seal and send
 * a recording to so many viewers. Answers once, and ends.
 */
import { readFile } from 'node:fs/promises';
import { fixedHeaderLength } from '../../transports/rtp/packet.ts';
import { loadNativeLoad } from '../load/native-load.ts';
import { readRecording } from '../load/recording.ts';
import { nextWord } from './child-events.ts';
import { burstsFrom, burstsOf } from './fanout-bursts.ts';
import { quantileOfSorted } from './quantiles.ts';

export interface FloorOptions {
  readonly recording: string;
  readonly viewers: number;
  /** At the recording's own times; else one burst after the other. */
  readonly isPaced: boolean;
  readonly durationMs: number;
  /** Where in the recording it begins, 0 to 1; by default at its beginning. */
  readonly from?: number;
}

export type FloorEvent =
  | {
      readonly kind: 'done';
      readonly packets: number;
      readonly cpuMs: number;
      /** From a burst's time until the kernel had a packet of it. */
      readonly delayMsP50: number;
      readonly delayMsP99: number;
    }
  | { readonly kind: 'error'; readonly error: string };

async function run({ recording, viewers, isPaced, durationMs, from = 0 }: FloorOptions): Promise<FloorEvent> {
  const text = await readFile(new URL(`./recordings/${recording}.txt`, import.meta.url), 'utf8');
  const bursts = burstsFrom(from, burstsOf(readRecording(text)));
  const [packets, cpuMs, delaysMs] = loadNativeLoad().measureFloor(
    viewers,
    Float64Array.from(bursts, ({ atMs }) => atMs),
    Int32Array.from(bursts, ({ payloadBytes }) => payloadBytes.length),
    Int32Array.from(
      bursts.flatMap(({ payloadBytes }) => payloadBytes),
      bytes => fixedHeaderLength + bytes,
    ),
    isPaced,
    durationMs,
  );
  const sorted = delaysMs.sort();
  return {
    kind: 'done',
    packets,
    cpuMs,
    delayMsP50: quantileOfSorted(sorted, 0.5),
    delayMsP99: quantileOfSorted(sorted, 0.99),
  };
}

process.once('disconnect', () => process.exit(1));
const event = await run(await nextWord<FloorOptions>()).catch(
  (error: unknown): FloorEvent => ({
    kind: 'error',
    error: error instanceof Error ? error.message : String(error),
  }),
);
process.send?.(event, () => process.exit());
