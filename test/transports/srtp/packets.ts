/** Packets and keys that the SRTP tests share. */
import type { SrtpKeys, SrtpProfile } from '../../../transports/srtp/port.ts';

export const profiles: readonly SrtpProfile[] = ['AES_CM_128_HMAC_SHA1_80', 'AEAD_AES_128_GCM'];

export function hex(text: string): Uint8Array {
  return Uint8Array.from(Buffer.from(text.replace(/\s/g, ''), 'hex'));
}

export function toHex(bytes: Uint8Array | string | undefined): string {
  return bytes instanceof Uint8Array ? Buffer.from(bytes).toString('hex') : String(bytes);
}

/** The two ends of one session. */
export function sessionKeys(profile: SrtpProfile): { readonly a: SrtpKeys; readonly b: SrtpKeys } {
  const saltBytes = profile === 'AEAD_AES_128_GCM' ? 12 : 14;
  const pattern = (length: number, step: number) =>
    Uint8Array.from({ length }, (_, i) => (i * step + step) & 255);
  const a: SrtpKeys = {
    profile,
    localKey: pattern(16, 7),
    localSalt: pattern(saltBytes, 11),
    remoteKey: pattern(16, 13),
    remoteSalt: pattern(saltBytes, 17),
  };
  const b: SrtpKeys = {
    profile,
    localKey: a.remoteKey,
    localSalt: a.remoteSalt,
    remoteKey: a.localKey,
    remoteSalt: a.localSalt,
  };
  return { a, b };
}

/** An RTP packet; `extensionWords` 32-bit words of header extension, 0 to 4. */
export function rtpPacket(
  sequence: number,
  ssrc = 0x01020304,
  payloadBytes = 40,
  extensionWords = 0,
  csrcs = 0,
): Uint8Array {
  const extension = extensionWords > 0 ? 4 + 4 * extensionWords : 0;
  const packet = Buffer.alloc(12 + 4 * csrcs + extension + payloadBytes, 0xc5);
  packet[0] = 0x80 | (extension > 0 ? 0x10 : 0) | csrcs;
  packet[1] = 96;
  packet.writeUInt16BE(sequence & 0xffff, 2);
  packet.writeUInt32BE((sequence * 960) >>> 0, 4);
  packet.writeUInt32BE(ssrc, 8);
  if (extension > 0) {
    packet.writeUInt16BE(0xbede, 12 + 4 * csrcs);
    packet.writeUInt16BE(extensionWords, 14 + 4 * csrcs);
    // One element of id 1 that fills the words (RFC 8285 section 4.2); its length is written less 1.
    packet[16 + 4 * csrcs] = 0x10 | (4 * extensionWords - 2);
  }
  for (let i = packet.length - payloadBytes; i < packet.length; i++) packet[i] = (i * 31 + sequence) & 255;
  return Uint8Array.from(packet);
}

/** A receiver report with one block. */
export function rtcpPacket(ssrc = 0x01020304, fill = 1): Uint8Array {
  const packet = Buffer.alloc(32, fill);
  packet[0] = 0x81;
  packet[1] = 201;
  packet.writeUInt16BE(7, 2);
  packet.writeUInt32BE(ssrc, 4);
  return Uint8Array.from(packet);
}

/** Sequence numbers to begin at, so that wrapping round is a parameter of a test and not a case of its own. */
export const firstSequences = [
  0, 1, 2, 511, 1024, 32766, 32767, 32768, 32769, 49152, 64511, 65000, 65500, 65533, 65534, 65535,
];
