/** Makes the calls of a trace on two endpoints of our own, and says where they first do something else. */
import { describeBytes, describeDatagram, firstDifference } from './describe.ts';
import { Kcp } from './kcp.ts';
import type { SegmentFault } from './segment.ts';
import { FIRST_CALL_LINE, type Trace, type TraceCall } from './trace.ts';
import { ahead } from './wrapping.ts';

/** The first call whose effect is not the one that was recorded. */
export interface Difference {
  readonly line: number;
  /** As the trace names it. */
  readonly op: TraceCall['op'];
  readonly end: 0 | 1;
  readonly t: number;
  /** What of the effect differs: `datagram 2 of 3`, `ret`, `message`, a figure's name. */
  readonly what: string;
  readonly expected: string;
  readonly actual: string;
}

export interface ReplayOutcome {
  /** Calls whose effect was the recorded one. */
  readonly equalCalls: number;
  /** Absent when that is all of them. */
  readonly difference?: Difference;
}

type Mismatch = Pick<Difference, 'what' | 'expected' | 'actual'>;

/** What ikcp_input returns for datagrams that it refuses. */
const RETURNED_FOR: Readonly<Record<SegmentFault, number>> = {
  'too short': -1,
  'other conversation': -1,
  'length past the end': -2,
  'unknown command': -3,
};
/** What ikcp_send returns for a message of too many fragments. */
const TOO_MANY_FRAGMENTS = -2;

export function replay({ options, calls }: Trace): ReplayOutcome {
  const ends = [new Kcp(options), new Kcp(options)] as const;
  let nowMs = calls[0]!.t;
  for (const [index, call] of calls.entries()) {
    // The trace's clock wraps around, ours does not.
    nowMs += ahead(call.t, nowMs);
    const kcp = ends[call.end];
    const following = calls[index + 1];
    const isLastRead = call.op === 'recv' && (following?.op !== 'recv' || following.end !== call.end);
    const mismatch =
      effectMismatch(kcp, call, nowMs) ??
      outputMismatch(kcp, call.out, options.conversation) ??
      (isLastRead ? surplusMessage(kcp) : undefined);
    if (mismatch === undefined) continue;
    const { op, end, t } = call;
    return { equalCalls: index, difference: { line: index + FIRST_CALL_LINE, op, end, t, ...mismatch } };
  }
  return { equalCalls: calls.length };
}

function effectMismatch(kcp: Kcp, call: TraceCall, nowMs: number): Mismatch | undefined {
  switch (call.op) {
    case 'send': {
      const taken = kcp.send(nowMs, call.data);
      return returnMismatch(call.ret, taken === 'too many fragments' ? TOO_MANY_FRAGMENTS : taken);
    }
    case 'input': {
      const refusal = kcp.receive(nowMs, call.data);
      return returnMismatch(call.ret, refusal === undefined ? 0 : RETURNED_FOR[refusal]);
    }
    case 'update':
      kcp.advance(nowMs);
      return undefined;
    case 'recv':
      return messageMismatch(call.data, kcp.pollMessage());
    case 'state':
      return stateMismatch(call, kcp);
  }
}

/** A trace need not say what a call returned. */
function returnMismatch(expected: number | undefined, actual: number): Mismatch | undefined {
  if (expected === undefined || expected === actual) return undefined;
  return { what: 'ret', expected: String(expected), actual: String(actual) };
}

function messageMismatch(expected: Uint8Array, actual: Uint8Array | undefined): Mismatch | undefined {
  const what = 'message';
  if (actual === undefined) return { what, expected: describeBytes(expected), actual: 'none' };
  const at = firstDifference(expected, actual);
  if (at === undefined) return undefined;
  return { what, expected: describeBytes(expected, at), actual: describeBytes(actual, at) };
}

/** Whoever records a trace reads until there is nothing. */
function surplusMessage(kcp: Kcp): Mismatch | undefined {
  const surplus = kcp.pollMessage();
  if (surplus === undefined) return undefined;
  return { what: 'message after this one', expected: 'none', actual: describeBytes(surplus) };
}

function stateMismatch(call: TraceCall & { op: 'state' }, kcp: Kcp): Mismatch | undefined {
  const figures = [
    ['waitsnd', kcp.waitingSegments],
    ['rxRto', kcp.rtoMs],
    ['srtt', kcp.srttMs],
    ['cwnd', kcp.congestionWindowSegments],
    ['sndUna', kcp.firstUnacknowledged],
    ['rcvNxt', kcp.nextExpected],
    ['xmit', kcp.counters.timeoutRetransmissions],
  ] as const;
  const wrong = figures.find(([name, actual]) => call[name] !== actual);
  if (wrong === undefined) return undefined;
  const [what, actual] = wrong;
  return { what, expected: String(call[what]), actual: String(actual) };
}

function outputMismatch(
  kcp: Kcp,
  expected: readonly Uint8Array[],
  conversation: number,
): Mismatch | undefined {
  const actual: Uint8Array[] = [];
  for (let datagram = kcp.poll(); datagram !== undefined; datagram = kcp.poll()) actual.push(datagram);
  const count = Math.max(expected.length, actual.length);
  for (let index = 0; index < count; index += 1) {
    const mismatch = datagramMismatch(expected[index], actual[index], conversation);
    if (mismatch !== undefined) return { what: `datagram ${index + 1} of ${count}`, ...mismatch };
  }
  return undefined;
}

function datagramMismatch(
  expected: Uint8Array | undefined,
  actual: Uint8Array | undefined,
  conversation: number,
): Omit<Mismatch, 'what'> | undefined {
  const described = (datagram: Uint8Array | undefined) =>
    datagram === undefined ? 'none' : describeDatagram(datagram, conversation);
  if (expected === undefined || actual === undefined)
    return { expected: described(expected), actual: described(actual) };
  const at = firstDifference(expected, actual);
  if (at === undefined) return undefined;
  // Headers say more than bytes do, where it is they that differ.
  if (described(expected) !== described(actual))
    return { expected: described(expected), actual: described(actual) };
  return { expected: describeBytes(expected, at), actual: describeBytes(actual, at) };
}
