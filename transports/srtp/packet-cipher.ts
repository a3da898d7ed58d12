/** What a protection profile does to one packet, once its index is known. */
export interface PacketCipher {
  /** How many bytes a sealed RTP packet is longer than the plain one. */
  readonly rtpOverheadBytes: number;
  /** How many bytes a sealed RTCP packet is longer than the plain one. */
  readonly rtcpOverheadBytes: number;
  /** How far from the end of a sealed RTCP packet its E bit and index are (RFC 3711 section 3.4, RFC 7714 section 9). */
  readonly rtcpTrailerFromEndBytes: number;

  /** The plain packet, in a new buffer; nothing when the authentication is wrong. */
  openRtp(packet: Uint8Array, headerBytes: number, ssrc: number, index: number): Uint8Array | undefined;
  /** The sealed packet, in a new buffer. */
  sealRtp(packet: Uint8Array, headerBytes: number, ssrc: number, index: number): Uint8Array;
  /** The plain packet, in a new buffer; nothing when the authentication is wrong. */
  openRtcp(packet: Uint8Array, ssrc: number, trailer: number): Uint8Array | undefined;
  /** The sealed packet, in a new buffer, always encrypted. */
  sealRtcp(packet: Uint8Array, ssrc: number, index: number): Uint8Array;
}

/** The bit of the SRTCP trailer that says that the packet is encrypted; the other 31 are the index. */
export const encryptedBit = 0x80000000;
export const trailerBytes = 4;
/** What stays in the clear of an RTCP packet: the first header and the sender's SSRC. */
export const rtcpClearBytes = 8;

export function trailerIndex(trailer: number): number {
  return trailer & 0x7fffffff;
}

export function isEncrypted(trailer: number): boolean {
  return (trailer & encryptedBit) !== 0;
}

/** The 32 bits at `offset` in network order, as a whole number from 0. */
export function readUint32(bytes: Uint8Array, offset: number): number {
  return (
    ((bytes[offset]! << 24) | (bytes[offset + 1]! << 16) | (bytes[offset + 2]! << 8) | bytes[offset + 3]!) >>>
    0
  );
}

export function writeUint32(bytes: Uint8Array, offset: number, value: number): void {
  bytes[offset] = value >>> 24;
  bytes[offset + 1] = value >>> 16;
  bytes[offset + 2] = value >>> 8;
  bytes[offset + 3] = value;
}

/** Exclusive-ors the 32 bits at `offset` with `value`: how SSRC and index go into a salted counter or nonce. */
export function xorUint32(bytes: Uint8Array, offset: number, value: number): void {
  bytes[offset]! ^= value >>> 24;
  bytes[offset + 1]! ^= value >>> 16;
  bytes[offset + 2]! ^= value >>> 8;
  bytes[offset + 3]! ^= value;
}
