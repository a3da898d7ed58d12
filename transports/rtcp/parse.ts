/** Reads RTCP datagrams: compounds (RFC 3550 section 6.1) and reduced-size ones (RFC 5506) alike. */
import { readUint24, readUint32 } from '../rtp/byte-order.ts';
import type { NtpTime } from './ntp.ts';
import {
  type DelayReport,
  type ExtendedReportBlock,
  extendedReportTypes,
  packetTypes,
  type ReportBlock,
  type RtcpPacket,
} from './packets.ts';
import { parsePayloadFeedback, parseTransportLayerFeedback } from './parse-feedback.ts';

const headerLength = 4;
const reportBlockLength = 24;
const senderInfoLength = 24;
const delayReportLength = 12;
const cnameItem = 1;
/** All that one datagram may ask for again: the histories of both sides hold no more packets than that. */
const maxNackedPerDatagram = 1024;

/**
 * Every packet of a datagram, at least one, or undefined when any is not sound: a length that does not fit tells that
 * the rest cannot be trusted either.
 */
export function parseRtcp(bytes: Uint8Array): RtcpPacket[] | undefined {
  const packets: RtcpPacket[] = [];
  let nackRoom = maxNackedPerDatagram;
  let at = 0;
  while (at < bytes.length) {
    if (at + headerLength > bytes.length || bytes[at]! >> 6 !== 2) return undefined;
    const next = at + headerLength + 4 * ((bytes[at + 2]! << 8) | bytes[at + 3]!);
    if (next > bytes.length) return undefined;
    const isPadded = (bytes[at]! & 0x20) !== 0;
    const paddingLength = isPadded ? bytes[next - 1]! : 0;
    if (isPadded && (paddingLength === 0 || paddingLength % 4 !== 0)) return undefined;
    if (at + headerLength + paddingLength > next) return undefined;

    const body = bytes.subarray(at + headerLength, next - paddingLength);
    const packet = parseBody(bytes[at + 1]!, bytes[at]! & 0x1f, body, nackRoom);
    if (packet === undefined) return undefined;
    if (packet.kind === 'nack') nackRoom -= packet.sequenceNumbers.length;
    packets.push(packet);
    at = next;
  }
  return packets.length === 0 ? undefined : packets;
}

function parseBody(
  packetType: number,
  count: number,
  body: Uint8Array,
  nackRoom: number,
): RtcpPacket | undefined {
  switch (packetType) {
    case packetTypes.senderReport:
      return parseSenderReport(count, body);
    case packetTypes.receiverReport:
      return parseReceiverReport(count, body);
    case packetTypes.sourceDescription:
      return parseSourceDescription(count, body);
    case packetTypes.goodbye:
      return parseGoodbye(count, body);
    case packetTypes.transportFeedback:
      return parseTransportLayerFeedback(count, body, nackRoom);
    case packetTypes.payloadFeedback:
      return parsePayloadFeedback(count, body);
    case packetTypes.extendedReport:
      return parseExtendedReport(body);
    default:
      return { kind: 'other', packetType, count };
  }
}

function parseSenderReport(count: number, body: Uint8Array): RtcpPacket | undefined {
  if (body.length < senderInfoLength) return undefined;
  const reports = readReportBlocks(count, body, senderInfoLength);
  if (reports === undefined) return undefined;
  return {
    kind: 'sender-report',
    ssrc: readUint32(body, 0),
    ntp: readNtp(body, 4),
    rtpTimestamp: readUint32(body, 12),
    packetCount: readUint32(body, 16),
    octetCount: readUint32(body, 20),
    reports,
  };
}

function parseReceiverReport(count: number, body: Uint8Array): RtcpPacket | undefined {
  if (body.length < 4) return undefined;
  const reports = readReportBlocks(count, body, 4);
  return reports && { kind: 'receiver-report', ssrc: readUint32(body, 0), reports };
}

function readReportBlocks(count: number, body: Uint8Array, from: number): ReportBlock[] | undefined {
  // What follows the blocks is an extension of some profile (RFC 3550 section 6.4.3).
  if (from + count * reportBlockLength > body.length) return undefined;
  const reports: ReportBlock[] = [];
  for (let at = from; reports.length < count; at += reportBlockLength) {
    reports.push({
      ssrc: readUint32(body, at),
      fractionLost: body[at + 4]!,
      cumulativeLost: (readUint24(body, at + 5) << 8) >> 8,
      extendedHighest: readUint32(body, at + 8),
      jitter: readUint32(body, at + 12),
      lastSenderReport: readUint32(body, at + 16),
      delaySinceLastSenderReport: readUint32(body, at + 20),
    });
  }
  return reports;
}

/** RFC 3550 section 6.5: chunks of an SSRC and items; an item of type 0, and zeros to the next word, end a chunk. */
function parseSourceDescription(count: number, body: Uint8Array): RtcpPacket | undefined {
  const chunks: { ssrc: number; cname: string | undefined }[] = [];
  let at = 0;
  while (chunks.length < count) {
    if (at + 4 > body.length) return undefined;
    const ssrc = readUint32(body, at);
    let cname: string | undefined;
    at += 4;
    while (at < body.length && body[at] !== 0) {
      if (at + 2 > body.length) return undefined;
      const next = at + 2 + body[at + 1]!;
      if (body[at] === cnameItem) cname ??= text(body.subarray(at + 2, next));
      at = next;
    }
    // Its end is missing, or an item ran past the end.
    if (at >= body.length) return undefined;
    at = (at + 4) & ~3;
    chunks.push({ ssrc, cname });
  }
  return { kind: 'source-description', chunks };
}

function text(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8');
}

function parseGoodbye(count: number, body: Uint8Array): RtcpPacket | undefined {
  if (count * 4 > body.length) return undefined;
  const ssrcs: number[] = [];
  while (ssrcs.length < count) ssrcs.push(readUint32(body, 4 * ssrcs.length));
  return { kind: 'goodbye', ssrcs };
}

/** RFC 3611 section 3; block types that we do not read are passed over. */
function parseExtendedReport(body: Uint8Array): RtcpPacket | undefined {
  if (body.length < 4) return undefined;
  const blocks: ExtendedReportBlock[] = [];
  let at = 4;
  while (at < body.length) {
    const blockType = body[at]!;
    const from = at + 4;
    at = from + 4 * ((body[at + 2]! << 8) | body[at + 3]!);
    if (at > body.length) return undefined;
    if (blockType === extendedReportTypes.receiverReferenceTime) {
      if (at - from !== 8) return undefined;
      blocks.push({ kind: 'receiver-reference-time', ntp: readNtp(body, from) });
    } else if (blockType === extendedReportTypes.delaySinceLastReceiverReport) {
      if ((at - from) % delayReportLength !== 0) return undefined;
      blocks.push({
        kind: 'delay-since-last-receiver-report',
        reports: readDelayReports(body.subarray(from, at)),
      });
    }
  }
  return { kind: 'extended-report', ssrc: readUint32(body, 0), blocks };
}

function readDelayReports(bytes: Uint8Array): DelayReport[] {
  const reports: DelayReport[] = [];
  for (let at = 0; at < bytes.length; at += delayReportLength) {
    reports.push({
      ssrc: readUint32(bytes, at),
      lastReceiverReport: readUint32(bytes, at + 4),
      delaySinceLastReceiverReport: readUint32(bytes, at + 8),
    });
  }
  return reports;
}

function readNtp(bytes: Uint8Array, at: number): NtpTime {
  return { seconds: readUint32(bytes, at), fraction: readUint32(bytes, at + 4) };
}
