/** SRTP and SRTCP (RFC 3711, RFC 7714) as the media plane sees them. */

export type SrtpProfile = 'AEAD_AES_128_GCM' | 'AES_CM_128_HMAC_SHA1_80';

/** What a DTLS handshake leaves behind (RFC 5764 section 4.2). */
export interface SrtpKeys {
  readonly profile: SrtpProfile;
  readonly localKey: Uint8Array;
  readonly localSalt: Uint8Array;
  readonly remoteKey: Uint8Array;
  readonly remoteSalt: Uint8Array;
}

/** Why a packet was not opened: it is cut short, its tag is wrong, it was seen before, or too many sources sent. */
export type SrtpRefusal = 'malformed' | 'authentication' | 'replay' | 'too many sources';

/** Both directions of one session. No call throws for what a peer sent. */
export interface SrtpTransform {
  /** The RTP packet inside, in a buffer of its own; nothing changes for a packet that is refused. */
  openRtp(packet: Uint8Array): Uint8Array | SrtpRefusal;
  openRtcp(packet: Uint8Array): Uint8Array | SrtpRefusal;
  /** Seals one RTP packet, whose sequence numbers may go back by less than 2^15 (a retransmission). */
  sealRtp(packet: Uint8Array): Uint8Array;
  sealRtcp(packet: Uint8Array): Uint8Array;
}
