/** What of a recording a server finds together when it wakes up: what was sent within a millisecond. */
import type { RecordedPacket } from '../load/recording.ts';

/** A load publisher's timers are no finer, and so it sends. */
const TURN_MS = 1;

export interface RecordedBurst {
  readonly atMs: number;
  readonly payloadBytes: readonly number[];
}

export function burstsOf(packets: readonly RecordedPacket[]): readonly RecordedBurst[] {
  const bursts: { atMs: number; payloadBytes: number[] }[] = [];
  for (const { atMs, payloadBytes } of packets) {
    const turnAtMs = Math.ceil(atMs / TURN_MS) * TURN_MS;
    const last = bursts.at(-1);
    if (last?.atMs === turnAtMs) last.payloadBytes.push(payloadBytes);
    else bursts.push({ atMs: turnAtMs, payloadBytes: [payloadBytes] });
  }
  return bursts;
}

/** The same round and round, begun at that share of it, 0 to 1. */
export function burstsFrom(share: number, bursts: readonly RecordedBurst[]): readonly RecordedBurst[] {
  const at = Math.floor(share * bursts.length) % bursts.length;
  const [first, later] = [bursts[0]!.atMs, bursts[at]!.atMs];
  const afterRoundMs = bursts.at(-1)!.atMs + TURN_MS;
  return [
    ...bursts.slice(at).map(burst => ({ ...burst, atMs: burst.atMs - later })),
    ...bursts.slice(0, at).map(burst => ({ ...burst, atMs: burst.atMs - first + afterRoundMs - later })),
  ];
}
