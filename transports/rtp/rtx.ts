/** Retransmission in a stream of its own (RFC 4588 section 4): the payload begins with the original sequence number. */
import { readUint16 } from './byte-order.ts';
import { fixedHeaderLength, type RtpPacket, setPayloadType, setSequenceNumber, setSsrc } from './packet.ts';

const originalSequenceNumberLength = 2;
const paddingBit = 0x20;
const extensionBit = 0x10;

/**
 * The original of a retransmission, in a buffer of its own: payload type `apt`, the `ssrc` that it repeats, and the
 * original sequence number; padding is gone. Undefined for what carries no original, as the packets of padding with
 * which browsers probe.
 */
export function unwrapRtx(packet: RtpPacket, apt: number, ssrc: number): Uint8Array | undefined {
  const { bytes, payloadOffset, payloadLength } = packet;
  if (payloadLength < originalSequenceNumberLength) return undefined;
  const original = new Uint8Array(payloadOffset + payloadLength - originalSequenceNumberLength);
  original.set(bytes.subarray(0, payloadOffset));
  original.set(
    bytes.subarray(payloadOffset + originalSequenceNumberLength, payloadOffset + payloadLength),
    payloadOffset,
  );
  original[0]! &= ~paddingBit;
  setPayloadType(original, apt);
  setSequenceNumber(original, readUint16(bytes, payloadOffset));
  setSsrc(original, ssrc);
  return original;
}

/** The retransmission of `bytes`, a sound packet of our own, in a new buffer, without the original's padding. */
export function wrapRtx(
  bytes: Uint8Array,
  rtxPayloadType: number,
  rtxSsrc: number,
  rtxSequenceNumber: number,
): Uint8Array {
  const first = bytes[0]!;
  let headerLength = fixedHeaderLength + 4 * (first & 0x0f);
  if ((first & extensionBit) !== 0) headerLength += 4 + 4 * readUint16(bytes, headerLength + 2);
  const end = bytes.length - ((first & paddingBit) !== 0 ? bytes[bytes.length - 1]! : 0);
  const wrapped = new Uint8Array(end + originalSequenceNumberLength);
  wrapped.set(bytes.subarray(0, headerLength));
  wrapped.set(bytes.subarray(2, 4), headerLength);
  wrapped.set(bytes.subarray(headerLength, end), headerLength + originalSequenceNumberLength);
  wrapped[0]! &= ~paddingBit;
  setPayloadType(wrapped, rtxPayloadType);
  setSequenceNumber(wrapped, rtxSequenceNumber);
  setSsrc(wrapped, rtxSsrc);
  return wrapped;
}
