/** Reads transport-wide congestion control feedback (draft-holmer-rmcat-transport-wide-cc-extensions-01 section 3.1). */
import { readUint16, readUint24, readUint32 } from '../rtp/byte-order.ts';
import { referenceUnitMs, ticksPerMs } from './build-transport-feedback.ts';
import type { TransportFeedback } from './packets.ts';

const fixedLength = 16;

/**
 * `body` is what follows the RTCP header. Undefined when the chunks or the deltas run past its end, when nothing is
 * reported, and for the reserved status.
 */
export function parseTransportWideCc(body: Uint8Array): TransportFeedback | undefined {
  if (body.length < fixedLength) return undefined;
  const baseSequenceNumber = readUint16(body, 8);
  const statusCount = readUint16(body, 10);
  if (statusCount === 0) return undefined;
  const received = readReceived(body, statusCount);
  if (received === undefined) return undefined;

  const arrivals: { sequenceNumber: number; atMs: number }[] = [];
  let at = received.end;
  let ticks = readUint24(body, 12) * referenceUnitMs * ticksPerMs;
  for (let index = 0; index < received.steps.length; index += 1) {
    if (received.large[index]) {
      if (at + 2 > body.length) return undefined;
      ticks += (readUint16(body, at) << 16) >> 16;
      at += 2;
    } else {
      if (at + 1 > body.length) return undefined;
      ticks += body[at]!;
      at += 1;
    }
    arrivals.push({
      sequenceNumber: (baseSequenceNumber + received.steps[index]!) & 0xffff,
      atMs: ticks / ticksPerMs,
    });
  }
  return {
    kind: 'transport-feedback',
    senderSsrc: readUint32(body, 0),
    mediaSsrc: readUint32(body, 4),
    baseSequenceNumber,
    statusCount,
    feedbackCount: body[15]!,
    arrivals,
  };
}

interface Received {
  /** How far past the base each received packet is, and whether its delta takes two bytes. */
  readonly steps: number[];
  readonly large: boolean[];
  /** Where the chunks end and the deltas begin. */
  readonly end: number;
}

/**
 * What the chunks say was received. Each packet received takes at least a byte of delta, so that more of them than the
 * body has bytes end the reading at once: a long run of received packets costs a sender as much as us.
 */
function readReceived(body: Uint8Array, statusCount: number): Received | undefined {
  const steps: number[] = [];
  const large: boolean[] = [];
  let step = 0;
  let at = fixedLength;
  while (step < statusCount) {
    if (at + 2 > body.length) return undefined;
    const chunk = readUint16(body, at);
    at += 2;
    const isVector = chunk >= 0x8000;
    const symbolBits = isVector && (chunk & 0x4000) !== 0 ? 2 : 1;
    const count = Math.min(statusCount - step, isVector ? 14 / symbolBits : chunk & 0x1fff);
    if (!isVector && chunk >> 13 === 0) {
      step += count;
      continue;
    }
    for (let index = 0; index < count; index += 1) {
      const symbol = isVector
        ? (chunk >> (14 - symbolBits * (index + 1))) & ((1 << symbolBits) - 1)
        : chunk >> 13;
      if (symbol === 3 || steps.length > body.length) return undefined;
      if (symbol !== 0) {
        steps.push(step + index);
        large.push(symbol === 2);
      }
    }
    step += count;
  }
  return { steps, large, end: at };
}
