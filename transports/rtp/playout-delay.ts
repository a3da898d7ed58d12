/**
 * The playout-delay header extension (webrtc.org/experiments/rtp-hdrext/playout-delay): between which bounds the receiver
 * keeps the time from a frame's capture to its rendering. Two numbers of 12 bits, in steps of 10 ms.
 */
import { readUint16, readUint24, writeUint16, writeUint24 } from './byte-order.ts';
import { extendedFirstByte, extensionHeaderLength } from './canonical.ts';
import { findExtension, oneByteProfile } from './extensions.ts';
import { ourExtensionIds } from './header-extensions.ts';
import { fixedHeaderLength, type RtpPacket } from './packet.ts';

const stepMs = 10;
const mostSteps = 0xfff;
/** The longest delay that the extension can ask for: 40.95 s. */
export const maxPlayoutDelayMs = mostSteps * stepMs;

const dataLength = 3;
const elementLength = 1 + dataLength;
const elementHeader = (ourExtensionIds.playoutDelay << 4) | (dataLength - 1);

export interface PlayoutDelay {
  /** 0 to 40,950, in steps of 10. */
  readonly minMs: number;
  /** The same; a sender that says less than `minMs` is not heard by libwebrtc. */
  readonly maxMs: number;
}

/** The bounds in a packet, whose sender's id for them is `id`; undefined when there are none. */
export function readPlayoutDelay(packet: RtpPacket, id: number | undefined): PlayoutDelay | undefined {
  const found = findExtension(packet, id);
  if (found?.length !== dataLength) return undefined;
  const bits = readUint24(packet.bytes, found.offset);
  return { minMs: (bits >> 12) * stepMs, maxMs: (bits & mostSteps) * stepMs };
}

/**
 * The packet, of the canonical form, with these bounds in it: the same bytes, written over, when it has the element
 * already, and else a new buffer that is one word longer, also in canonical form. The bounds are rounded to 10 ms and
 * clamped to what 12 bits hold, and `maxMs` to no less than `minMs`.
 */
export function withPlayoutDelay(bytes: Uint8Array, minMs: number, maxMs: number): Uint8Array {
  const least = toSteps(minMs);
  const bits = (least << 12) | Math.max(least, toSteps(maxMs));
  const extended = bytes[0] === extendedFirstByte;
  const start = fixedHeaderLength + extensionHeaderLength;
  const end = extended ? start + 4 * readUint16(bytes, fixedHeaderLength + 2) : fixedHeaderLength;
  /** Where the last element ends and padding begins: no more than 3 bytes of it, too little for this element. */
  let at = start;
  while (at < end && bytes[at] !== 0) {
    if (bytes[at] === elementHeader) {
      writeUint24(bytes, at + 1, bits);
      return bytes;
    }
    at += 2 + (bytes[at]! & 0x0f);
  }
  const headerLength = Math.max(start, end) + elementLength;
  const longer = new Uint8Array(bytes.length - end + headerLength);
  longer.set(extended ? bytes.subarray(0, at) : bytes.subarray(0, fixedHeaderLength));
  longer[0] = extendedFirstByte;
  writeUint16(longer, fixedHeaderLength, oneByteProfile);
  writeUint16(longer, fixedHeaderLength + 2, (headerLength - start) / 4);
  longer[at] = elementHeader;
  writeUint24(longer, at + 1, bits);
  longer.set(bytes.subarray(end), headerLength);
  return longer;
}

function toSteps(ms: number): number {
  return Math.max(0, Math.min(mostSteps, Math.round(ms / stepMs)));
}
