/** Builds transport-wide congestion control feedback (draft-holmer-rmcat-transport-wide-cc-extensions-01 section 3.1). */
import { writeUint16, writeUint24, writeUint32 } from '../rtp/byte-order.ts';
import { feedbackTypes, packetTypes } from './packets.ts';
import { type PacketStatus, statusChunks } from './status-chunks.ts';

/** Arrival times count ticks of 250 µs. */
export const ticksPerMs = 4;
/** The reference time counts 64 ms. */
export const referenceUnitMs = 64;

const fixedLength = 20;
const ticksPerReferenceUnit = referenceUnitMs * ticksPerMs;
/**
 * Packets received that one feedback tells of: with two bytes of delta each, and the chunks of 1024 statuses, it stays
 * below 1200 bytes, which fit one datagram on any path.
 */
const maxReceivedPerFeedback = 440;

export interface FeedbackHeader {
  readonly senderSsrc: number;
  readonly mediaSsrc: number;
  /** Of the first status, taken modulo 2^16. */
  readonly baseSequenceNumber: number;
  /** Counts feedback packets, modulo 2^8. */
  readonly feedbackCount: number;
}

export interface BuiltFeedback {
  readonly bytes: Uint8Array;
  /** How many statuses, from the base on, it holds. */
  readonly statusCount: number;
}

/**
 * Feedback on consecutive packets. `arrivalTicks` has for each, at most 1024, the time of its arrival in ticks, or NaN
 * when it was not received. It ends early, always after a packet received, when a step in time is past the 8.19 s that a
 * delta can hold, or the packet is full. Undefined when nothing was received.
 */
export function buildTransportFeedback(
  header: FeedbackHeader,
  arrivalTicks: Float64Array,
): BuiltFeedback | undefined {
  const firstTicks = arrivalTicks.find(ticks => !Number.isNaN(ticks));
  if (firstTicks === undefined) return undefined;
  const referenceTime = Math.floor(firstTicks / ticksPerReferenceUnit);

  const statuses: PacketStatus[] = [];
  const deltas: number[] = [];
  let deltasLength = 0;
  let statusCount = 0;
  let previousTicks = referenceTime * ticksPerReferenceUnit;
  for (const ticks of arrivalTicks) {
    if (Number.isNaN(ticks)) {
      statuses.push(0);
      continue;
    }
    const delta = ticks - previousTicks;
    if (delta < -0x8000 || delta > 0x7fff || deltas.length === maxReceivedPerFeedback) break;
    const isSmall = delta >= 0 && delta <= 0xff;
    statuses.push(isSmall ? 1 : 2);
    deltasLength += isSmall ? 1 : 2;
    deltas.push(delta);
    previousTicks = ticks;
    statusCount = statuses.length;
  }
  statuses.length = statusCount;

  const chunks = statusChunks(statuses);
  const length = (fixedLength + 2 * chunks.length + deltasLength + 3) & ~3;
  const bytes = new Uint8Array(length);
  bytes[0] = 0x80 | feedbackTypes.transportWideCc;
  bytes[1] = packetTypes.transportFeedback;
  writeUint16(bytes, 2, length / 4 - 1);
  writeUint32(bytes, 4, header.senderSsrc);
  writeUint32(bytes, 8, header.mediaSsrc);
  writeUint16(bytes, 12, header.baseSequenceNumber);
  writeUint16(bytes, 14, statusCount);
  writeUint24(bytes, 16, referenceTime);
  bytes[19] = header.feedbackCount;
  let at = fixedLength;
  for (const chunk of chunks) {
    writeUint16(bytes, at, chunk);
    at += 2;
  }
  for (const delta of deltas) {
    if (delta >= 0 && delta <= 0xff) {
      bytes[at] = delta;
      at += 1;
    } else {
      writeUint16(bytes, at, delta);
      at += 2;
    }
  }
  return { bytes, statusCount };
}
