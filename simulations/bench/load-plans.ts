/** Who publishes and who watches what in the benches of load. */

/** A stream that is published; its name is its own. */
export interface LoadStream {
  readonly stream: string;
  /** Of video. */
  readonly kbps: number;
  readonly uid: string;
  /** Nothing is sent. */
  readonly isSilent?: boolean;
  /** A file of recordings/ that is sent in place of made-up media. */
  readonly recording?: string;
}

export interface LoadPull {
  /** Its place in the list of streams. */
  readonly streamIndex: number;
  readonly stream: string;
  readonly uid: string;
  /** Whether it decrypts, and measures delays. */
  readonly isSample: boolean;
}

/** What is measured, by the clock that all processes of a machine share. */
export interface MeasuredSpan {
  readonly fromMs: number;
  readonly toMs: number;
}

/** The test of the design's authors: streams of 300 to 400 kbit/s. */
const KBPS_MIN = 300;
const KBPS_MAX = 400;
/**
 * Viewers of each stream that decrypt: at some 15 µs a packet all of 76 streams take a twentieth of a core. One is enough to
 * know what came of a stream at all.
 */
const SAMPLES_PER_STREAM = 1;

export function referenceStreams(count: number): readonly LoadStream[] {
  return Array.from({ length: count }, (_, i) => ({
    stream: `reference-${i}`,
    kbps: Math.round(KBPS_MIN + ((KBPS_MAX - KBPS_MIN) * i) / Math.max(1, count - 1)),
    uid: String(i),
  }));
}

/**
 * One viewer of each stream after the other. Sessions are placed by `uid % cores`, so the viewers of a stream go round
 * the cores, and begin with the publisher's own.
 */
export function pullsOf(
  streams: readonly LoadStream[],
  count: number,
  samplesPerStream = SAMPLES_PER_STREAM,
): readonly LoadPull[] {
  return Array.from({ length: count }, (_, i) => {
    const streamIndex = i % streams.length;
    const { stream, uid } = streams[streamIndex]!;
    const turn = Math.floor(i / streams.length);
    return { streamIndex, stream, uid: String(Number(uid) + turn), isSample: turn < samplesPerStream };
  });
}

/** Evenly to so many processes; none of them without any, as long as there are enough. */
export function dealt<T>(all: readonly T[], processes: number): readonly (readonly T[])[] {
  const hands = Array.from({ length: Math.min(processes, Math.max(1, all.length)) }, (): T[] => []);
  for (const [i, one] of all.entries()) hands[i % hands.length]!.push(one);
  return hands;
}
