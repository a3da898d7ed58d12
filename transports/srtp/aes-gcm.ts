/** AEAD_AES_128_GCM: encryption and authentication in one (RFC 7714). */
import { createCipheriv } from 'node:crypto';
import { openGcm, TAG_BYTES as tagBytes } from '../aes-gcm.ts';
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

const algorithm = 'aes-128-gcm';
const nonceBytes = 12;
const options = { authTagLength: tagBytes };

export function createAesGcm(rtp: SessionKeys, rtcp: SessionKeys): PacketCipher {
  // Both are written anew for every packet and read before the call ends.
  const nonce = new Uint8Array(nonceBytes);
  const headerAndTrailer = new Uint8Array(rtcpClearBytes + trailerBytes);

  /** RFC 7714 section 8.1: two zero bytes, the SSRC, the rollover counter and the sequence number, all salted. */
  function rtpNonce(ssrc: number, index: number): Uint8Array {
    nonce.set(rtp.salt);
    xorUint32(nonce, 2, ssrc);
    xorUint32(nonce, 6, rolloverCounter(index));
    nonce[10]! ^= index >>> 8;
    nonce[11]! ^= index;
    return nonce;
  }

  /** RFC 7714 section 9.1: two zero bytes, the SSRC, two zero bytes and the index, all salted. */
  function rtcpNonce(ssrc: number, index: number): Uint8Array {
    nonce.set(rtcp.salt);
    xorUint32(nonce, 2, ssrc);
    xorUint32(nonce, 8, index);
    return nonce;
  }

  /** RFC 7714 section 9.2: what an encrypted RTCP packet leaves in the clear, which is authenticated all the same. */
  function rtcpAssociatedData(packet: Uint8Array, trailer: number): Uint8Array {
    headerAndTrailer.set(packet.subarray(0, rtcpClearBytes));
    writeUint32(headerAndTrailer, rtcpClearBytes, trailer);
    return headerAndTrailer;
  }

  return {
    rtpOverheadBytes: tagBytes,
    rtcpOverheadBytes: tagBytes + trailerBytes,
    rtcpTrailerFromEndBytes: trailerBytes,

    openRtp(packet, headerBytes, ssrc, index) {
      const header = packet.subarray(0, headerBytes);
      const payload = open(rtp, rtpNonce(ssrc, index), header, packet.subarray(headerBytes));
      return payload && join(header, payload);
    },

    sealRtp(packet, headerBytes, ssrc, index) {
      const sealed = Buffer.allocUnsafe(packet.length + tagBytes);
      const header = packet.subarray(0, headerBytes);
      const cipher = createCipheriv(algorithm, rtp.cipherKey, rtpNonce(ssrc, index), options);
      cipher.setAAD(header);
      sealed.set(header);
      sealed.set(cipher.update(packet.subarray(headerBytes)), headerBytes);
      cipher.final();
      sealed.set(cipher.getAuthTag(), packet.length);
      return sealed;
    },

    openRtcp(packet, ssrc, trailer) {
      const end = packet.length - trailerBytes;
      const iv = rtcpNonce(ssrc, trailerIndex(trailer));
      if (isEncrypted(trailer)) {
        const sealed = packet.subarray(rtcpClearBytes, end);
        const payload = open(rtcp, iv, rtcpAssociatedData(packet, trailer), sealed);
        return payload && join(packet.subarray(0, rtcpClearBytes), payload);
      }
      // RFC 7714 section 9.3: nothing is encrypted, and all of it is authenticated.
      const plain = packet.subarray(0, end - tagBytes);
      const whole = join(plain, packet.subarray(end));
      return open(rtcp, iv, whole, packet.subarray(plain.length, end)) && Buffer.from(plain);
    },

    sealRtcp(packet, ssrc, index) {
      const trailer = encryptedBit | index;
      const sealed = Buffer.allocUnsafe(packet.length + tagBytes + trailerBytes);
      const cipher = createCipheriv(algorithm, rtcp.cipherKey, rtcpNonce(ssrc, index), options);
      cipher.setAAD(rtcpAssociatedData(packet, trailer));
      sealed.set(packet.subarray(0, rtcpClearBytes));
      sealed.set(cipher.update(packet.subarray(rtcpClearBytes)), rtcpClearBytes);
      cipher.final();
      sealed.set(cipher.getAuthTag(), packet.length);
      writeUint32(sealed, packet.length + tagBytes, trailer);
      return sealed;
    },
  };
}

function open(
  { cipherKey }: SessionKeys,
  nonce: Uint8Array,
  associatedData: Uint8Array,
  sealed: Uint8Array,
): Uint8Array | undefined {
  return openGcm(algorithm, cipherKey, nonce, associatedData, sealed);
}

function join(head: Uint8Array, tail: Uint8Array): Uint8Array {
  const joined = Buffer.allocUnsafe(head.length + tail.length);
  joined.set(head);
  joined.set(tail, head.length);
  return joined;
}
