/** What tests of the jitter buffer share: packets sent, their arrivals, and an owner that keeps to the deadlines. */
import fc from 'fast-check';
import type { MediaPacket } from '../../../transports/jitter/held-packets.ts';
import type { JitterBuffer, JitterOutput } from '../../../transports/jitter/jitter-buffer.ts';

export interface Arrival {
  readonly atMs: number;
  readonly packet: MediaPacket<number>;
}

export type Out = JitterOutput<number> & { readonly atMs: number };

/** Anybody may call `poll` too soon or too often; whoever needs more calls than this is kept busy for nothing. */
const MOST_CALLS_PER_EVENT = 10_000;

/** Hands over what arrives, polls after each and at every deadline, and goes on until nothing is held any more. */
export function played(buffer: JitterBuffer<number>, arrivals: readonly Arrival[]): Out[] {
  const out: Out[] = [];
  const drain = (nowMs: number) => {
    for (let calls = 0; ; calls += 1) {
      if (calls > MOST_CALLS_PER_EVENT) throw new Error(`there is no end at ${nowMs}`);
      const next = buffer.poll(nowMs);
      if (next === undefined) return;
      out.push({ ...next, atMs: nowMs });
    }
  };
  const keepDeadlines = (untilMs: number) => {
    for (let calls = 0; ; calls += 1) {
      if (calls > MOST_CALLS_PER_EVENT) throw new Error(`there is no end before ${untilMs}`);
      const deadline = buffer.deadline();
      if (deadline === undefined || deadline.atMs > untilMs) return;
      drain(deadline.atMs);
    }
  };
  for (const { atMs, packet } of arrivals) {
    keepDeadlines(atMs);
    buffer.receive(atMs, packet);
    drain(atMs);
  }
  keepDeadlines(Number.MAX_SAFE_INTEGER);
  return out;
}

/** What a line may do to one packet. */
export interface Fate {
  readonly isLost: boolean;
  readonly delayMs: number;
  /** Comes a second time, so much later. */
  readonly againAfterMs: number | undefined;
}

export const fate: fc.Arbitrary<Fate> = fc.record({
  isLost: fc.oneof({ weight: 8, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
  delayMs: fc.oneof(
    { weight: 8, arbitrary: fc.integer({ min: 0, max: 60 }) },
    { weight: 1, arbitrary: fc.integer({ min: 0, max: 6000 }) },
  ),
  againAfterMs: fc.oneof(
    { weight: 8, arbitrary: fc.constant(undefined) },
    { weight: 1, arbitrary: fc.integer({ min: 0, max: 3000 }) },
  ),
});

/** The arrivals, in their order, of packets that were sent at these times. */
export function arrivals(
  sent: readonly { readonly sentMs: number; readonly packet: MediaPacket<number> }[],
  fates: readonly Fate[],
): Arrival[] {
  return sent
    .flatMap(({ sentMs, packet }, index) => {
      const { isLost, delayMs, againAfterMs } = fates[index]!;
      const atMs = sentMs + delayMs;
      return [
        ...(isLost ? [] : [{ atMs, packet }]),
        ...(againAfterMs === undefined ? [] : [{ atMs: atMs + againAfterMs, packet }]),
      ];
    })
    .sort((a, b) => a.atMs - b.atMs);
}

/** The sequence numbers that an output stands for: the first, and the one after the last. */
export function rangeOf(one: Out): readonly [number, number] {
  if (one.kind === 'lost') return [one.sequenceNumber, one.sequenceNumber + one.count];
  if (one.kind === 'packet') return [one.sequenceNumber, one.sequenceNumber + 1];
  return [one.packets[0]!.sequenceNumber, one.packets.at(-1)!.sequenceNumber + 1];
}

/** Whether the outputs, one after the other, are one row of sequence numbers: in order, nothing twice. */
export function isOneRow(out: readonly Out[]): boolean {
  return out.every((one, index) => {
    const [first, end] = rangeOf(one);
    return first < end && (index === 0 || rangeOf(out[index - 1]!)[1] === first);
  });
}
