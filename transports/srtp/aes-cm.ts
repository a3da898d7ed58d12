/** AES_CM_128_HMAC_SHA1_80: AES in counter mode, authenticated by HMAC-SHA1 cut to 80 bits (RFC 3711 section 4). */
import { createCipheriv, createHmac, timingSafeEqual } from 'node:crypto';
import type { SessionKeys } from './key-derivation.ts';
import {
  encryptedBit,
  isEncrypted,
  type PacketCipher,
  rtcpClearBytes,
  trailerBytes,
  trailerIndex,
  writeUint32,
  xorUint32,
} from './packet-cipher.ts';
import { rolloverCounter } from './packet-index.ts';

const tagBytes = 10;
const counterBytes = 16;

export function createAesCm(rtp: SessionKeys, rtcp: SessionKeys): PacketCipher {
  // Both are written anew for every packet and read before the call ends.
  const counter = new Uint8Array(counterBytes);
  const rollover = new Uint8Array(4);

  /** Counter mode is its own inverse: the same for sealing and opening. */
  function crypt(keys: SessionKeys, bytes: Uint8Array, ssrc: number, index: number): Uint8Array {
    // RFC 3711 section 4.1.1: the salt, the SSRC and the index, each at its place, then 16 bits that count blocks.
    counter.set(keys.salt);
    counter[14] = 0;
    counter[15] = 0;
    xorUint32(counter, 4, ssrc);
    xorUint32(counter, 8, rolloverCounter(index));
    counter[12]! ^= index >>> 8;
    counter[13]! ^= index;
    return createCipheriv('aes-128-ctr', keys.cipherKey, counter).update(bytes);
  }

  return {
    rtpOverheadBytes: tagBytes,
    rtcpOverheadBytes: trailerBytes + tagBytes,
    rtcpTrailerFromEndBytes: trailerBytes + tagBytes,

    openRtp(packet, headerBytes, ssrc, index) {
      const end = packet.length - tagBytes;
      writeUint32(rollover, 0, rolloverCounter(index));
      const tag = createHmac('sha1', rtp.authenticationKey)
        .update(packet.subarray(0, end))
        .update(rollover)
        .digest()
        .subarray(0, tagBytes);
      if (!timingSafeEqual(tag, packet.subarray(end))) return undefined;
      const plain = Buffer.allocUnsafe(end);
      plain.set(packet.subarray(0, headerBytes));
      plain.set(crypt(rtp, packet.subarray(headerBytes, end), ssrc, index), headerBytes);
      return plain;
    },

    sealRtp(packet, headerBytes, ssrc, index) {
      const end = packet.length;
      const sealed = Buffer.allocUnsafe(end + tagBytes);
      sealed.set(packet.subarray(0, headerBytes));
      sealed.set(crypt(rtp, packet.subarray(headerBytes), ssrc, index), headerBytes);
      // The tag covers the rollover counter, which then gives its place to the tag.
      writeUint32(sealed, end, rolloverCounter(index));
      const tag = createHmac('sha1', rtp.authenticationKey)
        .update(sealed.subarray(0, end + 4))
        .digest();
      sealed.set(tag.subarray(0, tagBytes), end);
      return sealed;
    },

    openRtcp(packet, ssrc, trailer) {
      const authenticated = packet.length - tagBytes;
      const tag = createHmac('sha1', rtcp.authenticationKey)
        .update(packet.subarray(0, authenticated))
        .digest()
        .subarray(0, tagBytes);
      if (!timingSafeEqual(tag, packet.subarray(authenticated))) return undefined;
      const end = authenticated - trailerBytes;
      const plain = Buffer.allocUnsafe(end);
      plain.set(packet.subarray(0, end));
      if (isEncrypted(trailer)) {
        plain.set(
          crypt(rtcp, packet.subarray(rtcpClearBytes, end), ssrc, trailerIndex(trailer)),
          rtcpClearBytes,
        );
      }
      return plain;
    },

    sealRtcp(packet, ssrc, index) {
      const end = packet.length;
      const sealed = Buffer.allocUnsafe(end + trailerBytes + tagBytes);
      sealed.set(packet.subarray(0, rtcpClearBytes));
      sealed.set(crypt(rtcp, packet.subarray(rtcpClearBytes), ssrc, index), rtcpClearBytes);
      writeUint32(sealed, end, encryptedBit | index);
      const authenticated = end + trailerBytes;
      const tag = createHmac('sha1', rtcp.authenticationKey)
        .update(sealed.subarray(0, authenticated))
        .digest();
      sealed.set(tag.subarray(0, tagBytes), authenticated);
      return sealed;
    },
  };
}
