/** SRTP and SRTCP on Node's own cryptography: the portable engine behind the port. */
import { createAesCm } from './aes-cm.ts';
import { createAesGcm } from './aes-gcm.ts';
import { deriveSessionKeys } from './key-derivation.ts';
import { type PacketCipher, readUint32, rtcpClearBytes, trailerIndex } from './packet-cipher.ts';
import { afterFirstRollover, noIndex, receivedIndex, sentIndex } from './packet-index.ts';
import type { SrtpKeys, SrtpProfile, SrtpRefusal, SrtpTransform } from './port.ts';
import { ReceivedSources } from './received-sources.ts';

/**
 * How many packets a source's RTP window looks back over. A lost packet that is asked for again under its own sequence
 * number may come a second late, and a second of 8 Mbit/s video is some 900 packets.
 */
export const rtpReplayWindowPackets = 1024;

/** The same for RTCP, which is never sent again: twice the least that RFC 3711 section 3.3.2 allows. */
export const rtcpReplayWindowPackets = 128;

/**
 * How many sources one peer may send from at a time, in RTP and again in RTCP. A browser has two a track, and takes new
 * ones when it replaces tracks; 64 leave room for that, and keep what an authenticated peer can make us remember near
 * 10 kB.
 */
export const maxSourcesReceived = 64;

/** RFC 3711 section 9.2: the keys are spent after this many RTCP packets; at 100 a second that is eight months. */
const maxRtcpPacketsSent = 2 ** 31 - 1;

const rtpFixedHeaderBytes = 12;

/** The transform for the keys of one session. Throws RangeError for keys of a length that is not the profile's. */
export function createSrtpTransform(keys: SrtpKeys): SrtpTransform {
  return new CipherTransform(
    createCipher(keys.profile, keys.localKey, keys.localSalt),
    createCipher(keys.profile, keys.remoteKey, keys.remoteSalt),
  );
}

function createCipher(profile: SrtpProfile, masterKey: Uint8Array, masterSalt: Uint8Array): PacketCipher {
  const rtp = deriveSessionKeys(profile, masterKey, masterSalt, 'rtp');
  const rtcp = deriveSessionKeys(profile, masterKey, masterSalt, 'rtcp');
  return profile === 'AEAD_AES_128_GCM' ? createAesGcm(rtp, rtcp) : createAesCm(rtp, rtcp);
}

class CipherTransform implements SrtpTransform {
  readonly #egress: PacketCipher;
  readonly #ingress: PacketCipher;
  /** By SSRC; only a packet that was authenticated makes an entry. */
  readonly #rtpReceived = new ReceivedSources(maxSourcesReceived, rtpReplayWindowPackets);
  readonly #rtcpReceived = new ReceivedSources(maxSourcesReceived, rtcpReplayWindowPackets);
  /** The highest index sent, by SSRC; the SSRCs are our own, so there are few. */
  readonly #rtpSent = new Map<number, number>();
  /** One count for all our SSRCs: no two packets share an index, whoever they are from. */
  #rtcpPacketsSent = 0;

  constructor(egress: PacketCipher, ingress: PacketCipher) {
    this.#egress = egress;
    this.#ingress = ingress;
  }

  openRtp(packet: Uint8Array): Uint8Array | SrtpRefusal {
    const headerBytes = rtpHeaderBytes(packet);
    if (headerBytes === undefined || packet.length < headerBytes + this.#ingress.rtpOverheadBytes) {
      return 'malformed';
    }
    const ssrc = readUint32(packet, 8);
    const source = this.#rtpReceived.get(ssrc);
    let index = receivedIndex(source?.window.highest ?? noIndex, sequenceNumber(packet));
    if (source !== undefined && !source.window.admits(index)) return 'replay';
    let plain = this.#ingress.openRtp(packet, headerBytes, ssrc, index);
    if (plain === undefined && source === undefined) {
      // Its packets before a rollover may all have been lost: then this one, just after it, is the first that we see.
      const later = afterFirstRollover(index);
      if (later === undefined) return 'authentication';
      index = later;
      plain = this.#ingress.openRtp(packet, headerBytes, ssrc, index);
    }
    if (plain === undefined) return 'authentication';
    return this.#rtpReceived.commit(source, ssrc, index) ? plain : 'too many sources';
  }

  openRtcp(packet: Uint8Array): Uint8Array | SrtpRefusal {
    const { rtcpOverheadBytes, rtcpTrailerFromEndBytes } = this.#ingress;
    if (packet.length < rtcpClearBytes + rtcpOverheadBytes || packet[0]! >>> 6 !== 2) return 'malformed';
    const ssrc = readUint32(packet, 4);
    const trailer = readUint32(packet, packet.length - rtcpTrailerFromEndBytes);
    const index = trailerIndex(trailer);
    const source = this.#rtcpReceived.get(ssrc);
    if (source !== undefined && !source.window.admits(index)) return 'replay';
    const plain = this.#ingress.openRtcp(packet, ssrc, trailer);
    if (plain === undefined) return 'authentication';
    return this.#rtcpReceived.commit(source, ssrc, index) ? plain : 'too many sources';
  }

  sealRtp(packet: Uint8Array): Uint8Array {
    const headerBytes = rtpHeaderBytes(packet);
    if (headerBytes === undefined) throw new RangeError('not an RTP packet');
    const ssrc = readUint32(packet, 8);
    const highest = this.#rtpSent.get(ssrc) ?? noIndex;
    const sequence = sequenceNumber(packet);
    const index = sentIndex(highest, sequence);
    // An index from before the first packet is very high, and must not become the highest.
    if (index > highest && index - highest <= 2 ** 16) this.#rtpSent.set(ssrc, index);
    return this.#egress.sealRtp(packet, headerBytes, ssrc, index);
  }

  sealRtcp(packet: Uint8Array): Uint8Array {
    if (packet.length < rtcpClearBytes) throw new RangeError('not an RTCP packet');
    if (this.#rtcpPacketsSent >= maxRtcpPacketsSent) throw new RangeError('the SRTCP index is used up');
    this.#rtcpPacketsSent++;
    return this.#egress.sealRtcp(packet, readUint32(packet, 4), this.#rtcpPacketsSent);
  }
}

function sequenceNumber(packet: Uint8Array): number {
  return (packet[2]! << 8) | packet[3]!;
}

/** The length of an RTP header with its CSRCs and extension (RFC 3550 section 5.1), if there is a whole one. */
function rtpHeaderBytes(packet: Uint8Array): number | undefined {
  if (packet.length < rtpFixedHeaderBytes || packet[0]! >>> 6 !== 2) return undefined;
  let bytes = rtpFixedHeaderBytes + 4 * (packet[0]! & 0x0f);
  if ((packet[0]! & 0x10) !== 0) {
    if (packet.length < bytes + 4) return undefined;
    bytes += 4 + 4 * ((packet[bytes + 2]! << 8) | packet[bytes + 3]!);
  }
  return bytes <= packet.length ? bytes : undefined;
}
