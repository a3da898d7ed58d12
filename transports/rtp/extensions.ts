/**
 * RTP header extension elements in their one-byte and two-byte forms (RFC 8285 section 4). An element that does not fit
 * ends the reading there; those before it stand.
 */
import { readUint16 } from './byte-order.ts';
import type { RtpPacket } from './packet.ts';

/** The profile that marks one-byte element headers (RFC 8285 section 4.2). */
export const oneByteProfile = 0xbede;
/** The profile of two-byte element headers, but for its four low bits, which applications own (section 4.3). */
const twoByteProfile = 0x1000;

/** Where an element's data lies in the packet's bytes. */
export interface ExtensionPlace {
  offset: number;
  length: number;
}

/** An element; also the cursor that walks over them. */
export interface ExtensionElement extends ExtensionPlace {
  /** 1 to 14 in the one-byte form, 1 to 255 in the two-byte form. */
  id: number;
}

/** A cursor before the packet's first element. */
export function beforeExtensions(packet: RtpPacket): ExtensionElement {
  return { id: 0, offset: packet.extensionOffset, length: 0 };
}

/** Moves the cursor to the next element; false when there is none, and then the cursor means nothing any more. */
export function nextExtension(packet: RtpPacket, cursor: ExtensionElement): boolean {
  const { bytes } = packet;
  const end = packet.extensionOffset + packet.extensionLength;
  let at = cursor.offset + cursor.length;
  if (packet.extensionProfile === oneByteProfile) {
    while (at < end && bytes[at] === 0) at += 1;
    if (at >= end) return false;
    const id = bytes[at]! >> 4;
    // A pad byte with a length, and id 15, end the reading (RFC 8285 section 4.2).
    if (id === 0 || id === 15) return false;
    return place(cursor, id, at + 1, (bytes[at]! & 0x0f) + 1, end);
  }
  if ((packet.extensionProfile & 0xfff0) === twoByteProfile) {
    while (at < end && bytes[at] === 0) at += 1;
    if (at + 1 >= end) return false;
    return place(cursor, bytes[at]!, at + 2, bytes[at + 1]!, end);
  }
  return false;
}

function place(cursor: ExtensionElement, id: number, offset: number, length: number, end: number): boolean {
  if (offset + length > end) return false;
  cursor.id = id;
  cursor.offset = offset;
  cursor.length = length;
  return true;
}

/** Where the first element of that id has its data; an id of undefined, one not negotiated, finds nothing. */
export function findExtension(packet: RtpPacket, id: number | undefined): ExtensionPlace | undefined {
  if (id === undefined || packet.extensionLength === 0) return undefined;
  const cursor = beforeExtensions(packet);
  while (nextExtension(packet, cursor)) if (cursor.id === id) return cursor;
  return undefined;
}

/** The transport-wide sequence number, 0 to 2^16 - 1 (draft-holmer-rmcat-transport-wide-cc-extensions-01 section 2). */
export function readTransportSequenceNumber(packet: RtpPacket, id: number | undefined): number | undefined {
  const found = findExtension(packet, id);
  return found !== undefined && found.length >= 2 ? readUint16(packet.bytes, found.offset) : undefined;
}

export interface AudioLevel {
  /** The sender's voice detector heard speech. */
  readonly voice: boolean;
  /** 0, the loudest, to -127, silence. */
  readonly levelDbov: number;
}

/** The loudness that a client measured of its own microphone (RFC 6464 section 3). */
export function readAudioLevel(packet: RtpPacket, id: number | undefined): AudioLevel | undefined {
  const found = findExtension(packet, id);
  if (found === undefined || found.length < 1) return undefined;
  const byte = packet.bytes[found.offset]!;
  return { voice: byte > 0x7f, levelDbov: 0 - (byte & 0x7f) };
}

export interface VideoOrientation {
  readonly camera: 'front' | 'back';
  /** The picture is mirrored, left for right. */
  readonly flipped: boolean;
  /** How far a player turns the picture clockwise to set it upright: 0, 90, 180 or 270. */
  readonly rotationDegrees: number;
}

/** How the camera was held (3GPP TS 26.114 section 7.4.5). */
export function readVideoOrientation(
  packet: RtpPacket,
  id: number | undefined,
): VideoOrientation | undefined {
  const found = findExtension(packet, id);
  if (found === undefined || found.length < 1) return undefined;
  const byte = packet.bytes[found.offset]!;
  return {
    camera: (byte & 0x08) !== 0 ? 'back' : 'front',
    flipped: (byte & 0x04) !== 0,
    rotationDegrees: 90 * (byte & 0x03),
  };
}
