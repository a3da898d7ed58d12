/** Feedback packets (RFC 4585 section 6): after the two SSRCs, what each kind of feedback puts. */
import { readUint16, readUint24, readUint32 } from '../rtp/byte-order.ts';
import { estimateIdentifier, feedbackTypes, packetTypes, type RtcpPacket } from './packets.ts';
import { parseTransportWideCc } from './parse-transport-wide-cc.ts';

/** The SSRCs of the packet's sender and of the media. */
const ssrcsLength = 8;
const fullIntraEntryLength = 8;

/** Transport layer feedback; a NACK yields at most `nackRoom` sequence numbers, and leaves the rest unread. */
export function parseTransportLayerFeedback(
  type: number,
  body: Uint8Array,
  nackRoom: number,
): RtcpPacket | undefined {
  if (body.length < ssrcsLength) return undefined;
  switch (type) {
    case feedbackTypes.nack:
      return parseNack(body, nackRoom);
    case feedbackTypes.transportWideCc:
      return parseTransportWideCc(body);
    default:
      return { kind: 'other', packetType: packetTypes.transportFeedback, count: type };
  }
}

/** Payload-specific feedback. */
export function parsePayloadFeedback(type: number, body: Uint8Array): RtcpPacket | undefined {
  if (body.length < ssrcsLength) return undefined;
  const senderSsrc = readUint32(body, 0);
  switch (type) {
    case feedbackTypes.pictureLoss:
      return { kind: 'picture-loss-indication', senderSsrc, mediaSsrc: readUint32(body, 4) };
    case feedbackTypes.fullIntraRequest:
      return parseFullIntraRequest(senderSsrc, body);
    case feedbackTypes.applicationLayer:
      if (body.length >= 12 && readUint32(body, 8) === estimateIdentifier) return parseEstimate(body);
      break;
  }
  return { kind: 'other', packetType: packetTypes.payloadFeedback, count: type };
}

/** RFC 4585 section 6.2.1: a sequence number, and a bit for each of the 16 that follow it. */
function parseNack(body: Uint8Array, room: number): RtcpPacket {
  const sequenceNumbers: number[] = [];
  for (let at = ssrcsLength; at < body.length && sequenceNumbers.length < room; at += 4) {
    const first = readUint16(body, at);
    sequenceNumbers.push(first);
    let following = readUint16(body, at + 2);
    for (let step = 1; following !== 0 && sequenceNumbers.length < room; step += 1) {
      if ((following & 1) !== 0) sequenceNumbers.push((first + step) & 0xffff);
      following >>>= 1;
    }
  }
  return { kind: 'nack', senderSsrc: readUint32(body, 0), mediaSsrc: readUint32(body, 4), sequenceNumbers };
}

/** RFC 5104 section 4.3.1. */
function parseFullIntraRequest(senderSsrc: number, body: Uint8Array): RtcpPacket | undefined {
  if ((body.length - ssrcsLength) % fullIntraEntryLength !== 0) return undefined;
  const requests: { ssrc: number; commandSequence: number }[] = [];
  for (let at = ssrcsLength; at < body.length; at += fullIntraEntryLength) {
    requests.push({ ssrc: readUint32(body, at), commandSequence: body[at + 4]! });
  }
  return { kind: 'full-intra-request', senderSsrc, requests };
}

/** draft-alvestrand-rmcat-remb-03 section 2.2. */
function parseEstimate(body: Uint8Array): RtcpPacket | undefined {
  if (body.length < 16) return undefined;
  const count = body[12]!;
  if (16 + 4 * count > body.length) return undefined;
  const exponent = body[13]! >> 2;
  const mantissa = readUint24(body, 13) & 0x3ffff;
  const ssrcs: number[] = [];
  while (ssrcs.length < count) ssrcs.push(readUint32(body, 16 + 4 * ssrcs.length));
  return {
    kind: 'receiver-estimate',
    senderSsrc: readUint32(body, 0),
    bitrateBps: mantissa * 2 ** exponent,
    ssrcs,
  };
}
