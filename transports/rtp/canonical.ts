/**
 * The form in which the server keeps a packet: the fixed header without contributing sources or padding, the header
 * extensions that concern viewers under our own ids, and the payload. All viewers are sent from that one form.
 */
import { pooledBytes } from '../pooled-bytes.ts';
import { readUint16, writeUint16 } from './byte-order.ts';
import { type ExtensionPlace, findExtension, oneByteProfile } from './extensions.ts';
import { type ExtensionIds, type ExtensionName, ourExtensionIds } from './header-extensions.ts';
import { fixedHeaderLength, type RtpPacket } from './packet.ts';

/** The extensions that pass on to viewers, and the only length that each one's data can have, in bytes. */
const passing = [
  ['audioLevel', 1],
  ['videoOrientation', 1],
  ['playoutDelay', 3],
] as const satisfies readonly (readonly [ExtensionName, number])[];

/** Names by our own id; ids that we do not give have none. */
const namesById: (ExtensionName | undefined)[] = Array.from({ length: 16 }, () => undefined);
for (const [name] of passing) namesById[ourExtensionIds[name]] = name;

/** Header bits of version 2 without, and with, an extension: all that the first byte of this form can be. */
const plainFirstByte = 0x80;
export const extendedFirstByte = 0x90;
/** The extension's profile and length, before its elements. */
export const extensionHeaderLength = 4;

/** A new buffer with the packet as the server keeps it. `ids` are those of the peer that sent it. */
export function canonicalise(packet: RtpPacket, ids: ExtensionIds): Uint8Array {
  const { bytes } = packet;
  let elementsLength = 0;
  let places: (ExtensionPlace | undefined)[] | undefined;
  if (packet.extensionLength > 0) {
    places = passing.map(([name, length]) => {
      const found = findExtension(packet, ids[name]);
      if (found?.length !== length) return undefined;
      elementsLength += 1 + length;
      return found;
    });
  }
  const paddedLength = (elementsLength + 3) & ~3;
  const headerLength = fixedHeaderLength + (paddedLength > 0 ? extensionHeaderLength + paddedLength : 0);
  const kept = pooledBytes(headerLength + packet.payloadLength);
  kept.set(bytes.subarray(0, fixedHeaderLength));
  kept[0] = paddedLength > 0 ? extendedFirstByte : plainFirstByte;
  if (paddedLength > 0) {
    writeUint16(kept, fixedHeaderLength, oneByteProfile);
    writeUint16(kept, fixedHeaderLength + 2, paddedLength / 4);
    let at = fixedHeaderLength + extensionHeaderLength;
    kept.fill(0, at, headerLength);
    passing.forEach(([name, length], index) => {
      const found = places?.[index];
      if (found === undefined) return;
      kept[at] = (ourExtensionIds[name] << 4) | (length - 1);
      kept.set(bytes.subarray(found.offset, found.offset + length), at + 1);
      at += 1 + length;
    });
  }
  kept.set(bytes.subarray(packet.payloadOffset, packet.payloadOffset + packet.payloadLength), headerLength);
  return kept;
}

/** How long the header is of a packet in the canonical form. */
export function canonicalHeaderBytes(bytes: Uint8Array): number {
  if (bytes[0] !== extendedFirstByte) return fixedHeaderLength;
  return fixedHeaderLength + extensionHeaderLength + 4 * readUint16(bytes, fixedHeaderLength + 2);
}

/**
 * Changes our extension ids to those of a viewer, in place, in a packet of the canonical form. Elements that the viewer
 * did not negotiate, or under an id that one-byte headers cannot carry, become padding (RFC 8285 section 4.1.2).
 */
export function remapExtensions(bytes: Uint8Array, ids: ExtensionIds): void {
  if (bytes[0] !== extendedFirstByte) return;
  let at = fixedHeaderLength + extensionHeaderLength;
  const end = Math.min(bytes.length, at + 4 * readUint16(bytes, fixedHeaderLength + 2));
  while (at < end) {
    const header = bytes[at]!;
    if (header === 0) {
      at += 1;
      continue;
    }
    const next = Math.min(end, at + 2 + (header & 0x0f));
    const name = namesById[header >> 4];
    const id = name === undefined ? undefined : ids[name];
    if (id !== undefined && id >= 1 && id <= 14) bytes[at] = (id << 4) | (header & 0x0f);
    else bytes.fill(0, at, next);
    at = next;
  }
}
