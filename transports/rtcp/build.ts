/** Builds RTCP packets; `compound` puts several into one datagram. */
import { pooledBytes } from '../pooled-bytes.ts';
import { writeUint16, writeUint24, writeUint32 } from '../rtp/byte-order.ts';
import { sequenceDifference } from '../rtp/sequence.ts';
import type { NtpTime } from './ntp.ts';
import {
  type DelayReport,
  estimateIdentifier,
  extendedReportTypes,
  feedbackTypes,
  packetTypes,
  type ReportBlock,
  type SenderReport,
} from './packets.ts';

/** The five bits that count blocks or sources (RFC 3550 section 6.4.1). */
const maxCount = 31;
const reportBlockLength = 24;
/** The length of a description item takes one byte (RFC 3550 section 6.5). */
const maxItemLength = 255;
/** The mantissa of an estimate has 18 bits. */
const estimateMantissaEnd = 2 ** 18;

/** RFC 3550 section 6.4.1. Of the report blocks the first 31 fit. */
export function buildSenderReport(
  report: Omit<SenderReport, 'kind' | 'reports'> & Partial<Pick<SenderReport, 'reports'>>,
): Uint8Array {
  const reports = report.reports?.slice(0, maxCount) ?? [];
  const bytes = packet(packetTypes.senderReport, reports.length, 24 + reportBlockLength * reports.length);
  writeUint32(bytes, 4, report.ssrc);
  writeNtp(bytes, 8, report.ntp);
  writeUint32(bytes, 16, report.rtpTimestamp);
  writeUint32(bytes, 20, report.packetCount);
  writeUint32(bytes, 24, report.octetCount);
  writeReportBlocks(bytes, 28, reports);
  return bytes;
}

/** RFC 3550 section 6.4.2. Of the report blocks the first 31 fit. */
export function buildReceiverReport(ssrc: number, reportBlocks: readonly ReportBlock[]): Uint8Array {
  const reports = reportBlocks.slice(0, maxCount);
  const bytes = packet(packetTypes.receiverReport, reports.length, 4 + reportBlockLength * reports.length);
  writeUint32(bytes, 4, ssrc);
  writeReportBlocks(bytes, 8, reports);
  return bytes;
}

/** The canonical name of a source (RFC 3550 section 6.5.1), cut to 255 bytes of UTF-8. */
export function buildSdes(ssrc: number, cname: string): Uint8Array {
  const name = Buffer.from(cname, 'utf8').subarray(0, maxItemLength);
  // At least one zero ends the chunk, and more fill its last word.
  const bytes = packet(packetTypes.sourceDescription, 1, (4 + 2 + name.length + 4) & ~3);
  writeUint32(bytes, 4, ssrc);
  bytes[8] = 1;
  bytes[9] = name.length;
  bytes.set(name, 10);
  return bytes;
}

/** RFC 3550 section 6.6. Of the sources the first 31 fit. */
export function buildGoodbye(ssrcs: readonly number[]): Uint8Array {
  const leaving = ssrcs.slice(0, maxCount);
  const bytes = packet(packetTypes.goodbye, leaving.length, 4 * leaving.length);
  leaving.forEach((ssrc, index) => {
    writeUint32(bytes, 4 + 4 * index, ssrc);
  });
  return bytes;
}

/** A generic NACK (RFC 4585 section 6.2.1); sequence numbers in ascending order take the least room. */
export function buildNack(
  senderSsrc: number,
  mediaSsrc: number,
  sequenceNumbers: readonly number[],
): Uint8Array {
  const entries: { first: number; following: number }[] = [];
  for (const sequenceNumber of sequenceNumbers) {
    const entry = entries.at(-1);
    const step = entry === undefined ? 0 : sequenceDifference(sequenceNumber, entry.first);
    if (entry !== undefined && step >= 1 && step <= 16) entry.following |= 1 << (step - 1);
    else entries.push({ first: sequenceNumber, following: 0 });
  }
  const bytes = feedback(
    packetTypes.transportFeedback,
    feedbackTypes.nack,
    senderSsrc,
    mediaSsrc,
    4 * entries.length,
  );
  entries.forEach((entry, index) => {
    writeUint16(bytes, 12 + 4 * index, entry.first);
    writeUint16(bytes, 14 + 4 * index, entry.following);
  });
  return bytes;
}

/** Asks for a keyframe (RFC 4585 section 6.3.1). */
export function buildPli(senderSsrc: number, mediaSsrc: number): Uint8Array {
  return feedback(packetTypes.payloadFeedback, feedbackTypes.pictureLoss, senderSsrc, mediaSsrc, 0);
}

/** Asks for a keyframe (RFC 5104 section 4.3.1); a new `commandSequence`, modulo 2^8, makes it a new request. */
export function buildFir(senderSsrc: number, ssrc: number, commandSequence: number): Uint8Array {
  const bytes = feedback(packetTypes.payloadFeedback, feedbackTypes.fullIntraRequest, senderSsrc, 0, 8);
  writeUint32(bytes, 12, ssrc);
  bytes[16] = commandSequence;
  return bytes;
}

/** Receiver estimated maximum bitrate (draft-alvestrand-rmcat-remb-03 section 2.2), rounded down to 18 bits. */
export function buildRemb(senderSsrc: number, bitrateBps: number, ssrcs: readonly number[]): Uint8Array {
  const count = Math.min(ssrcs.length, 255);
  const bytes = feedback(
    packetTypes.payloadFeedback,
    feedbackTypes.applicationLayer,
    senderSsrc,
    0,
    8 + 4 * count,
  );
  let mantissa = Math.max(0, bitrateBps);
  let exponent = 0;
  for (; mantissa >= estimateMantissaEnd && exponent < 63; exponent += 1) mantissa /= 2;
  mantissa = Math.min(Math.floor(mantissa), estimateMantissaEnd - 1);
  writeUint32(bytes, 12, estimateIdentifier);
  bytes[16] = count;
  writeUint24(bytes, 17, (exponent << 18) | mantissa);
  for (let index = 0; index < count; index += 1) writeUint32(bytes, 20 + 4 * index, ssrcs[index]!);
  return bytes;
}

/** An extended report by which a receiver that sends nothing can learn its round trip (RFC 3611 section 4.4). */
export function buildReceiverReferenceTime(ssrc: number, ntp: NtpTime): Uint8Array {
  const bytes = packet(packetTypes.extendedReport, 0, 16);
  writeUint32(bytes, 4, ssrc);
  bytes[8] = extendedReportTypes.receiverReferenceTime;
  writeUint16(bytes, 10, 2);
  writeNtp(bytes, 12, ntp);
  return bytes;
}

/** The answer to receivers' reference times (RFC 3611 section 4.5). */
export function buildDelaySinceLastReceiverReport(ssrc: number, reports: readonly DelayReport[]): Uint8Array {
  const bytes = packet(packetTypes.extendedReport, 0, 8 + 12 * reports.length);
  writeUint32(bytes, 4, ssrc);
  bytes[8] = extendedReportTypes.delaySinceLastReceiverReport;
  writeUint16(bytes, 10, 3 * reports.length);
  reports.forEach((report, index) => {
    const at = 12 + 12 * index;
    writeUint32(bytes, at, report.ssrc);
    writeUint32(bytes, at + 4, report.lastReceiverReport);
    writeUint32(bytes, at + 8, report.delaySinceLastReceiverReport);
  });
  return bytes;
}

/** One datagram of several packets; a full compound begins with a report (RFC 3550 section 6.1). */
export function compound(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = pooledBytes(parts.reduce((total, part) => total + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/** A packet of zeros with its header; `bodyLength` is a multiple of 4. */
function packet(packetType: number, count: number, bodyLength: number): Uint8Array {
  const bytes = new Uint8Array(4 + bodyLength);
  bytes[0] = 0x80 | count;
  bytes[1] = packetType;
  writeUint16(bytes, 2, bodyLength / 4);
  return bytes;
}

function feedback(
  packetType: number,
  type: number,
  senderSsrc: number,
  mediaSsrc: number,
  length: number,
): Uint8Array {
  const bytes = packet(packetType, type, 8 + length);
  writeUint32(bytes, 4, senderSsrc);
  writeUint32(bytes, 8, mediaSsrc);
  return bytes;
}

function writeReportBlocks(bytes: Uint8Array, from: number, reports: readonly ReportBlock[]): void {
  reports.forEach((report, index) => {
    const at = from + reportBlockLength * index;
    writeUint32(bytes, at, report.ssrc);
    bytes[at + 4] = report.fractionLost;
    writeUint24(bytes, at + 5, report.cumulativeLost);
    writeUint32(bytes, at + 8, report.extendedHighest);
    writeUint32(bytes, at + 12, report.jitter);
    writeUint32(bytes, at + 16, report.lastSenderReport);
    writeUint32(bytes, at + 20, report.delaySinceLastSenderReport);
  });
}

function writeNtp(bytes: Uint8Array, at: number, ntp: NtpTime): void {
  writeUint32(bytes, at, ntp.seconds);
  writeUint32(bytes, at + 4, ntp.fraction);
}
