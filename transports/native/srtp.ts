/** SRTP and SRTCP by the native engine, behind the same port as the portable one's. */
import type { SrtpKeys, SrtpRefusal, SrtpTransform } from '../srtp/port.ts';
import { type NativeAddon, type NativeSrtp, SEAL_OVERHEAD_MAX } from './addon.ts';

/** By the addon's numbers, from -1 down. */
const refusals: readonly SrtpRefusal[] = ['malformed', 'authentication', 'replay', 'too many sources'];

export class NativeSrtpTransform implements SrtpTransform {
  readonly native: NativeSrtp;

  /** Throws RangeError for keys of a length that is not the profile's. */
  constructor(addon: NativeAddon, { profile, localKey, localSalt, remoteKey, remoteSalt }: SrtpKeys) {
    const isGcm = profile === 'AEAD_AES_128_GCM';
    this.native = new addon.NativeSrtp(isGcm, localKey, localSalt, remoteKey, remoteSalt);
  }

  openRtp(packet: Uint8Array): Uint8Array | SrtpRefusal {
    const plain = Buffer.allocUnsafe(packet.length);
    return opened(plain, this.native.openRtp(packet, plain));
  }

  openRtcp(packet: Uint8Array): Uint8Array | SrtpRefusal {
    const plain = Buffer.allocUnsafe(packet.length);
    return opened(plain, this.native.openRtcp(packet, plain));
  }

  sealRtp(packet: Uint8Array): Uint8Array {
    const sealed = Buffer.allocUnsafe(packet.length + SEAL_OVERHEAD_MAX);
    const length = this.native.sealRtp(packet, sealed);
    if (length === 0) throw new RangeError('not an RTP packet');
    return sealed.subarray(0, length);
  }

  sealRtcp(packet: Uint8Array): Uint8Array {
    const sealed = Buffer.allocUnsafe(packet.length + SEAL_OVERHEAD_MAX);
    const length = this.native.sealRtcp(packet, sealed);
    if (length === 0) throw new RangeError('not an RTCP packet, or the SRTCP index is used up');
    return sealed.subarray(0, length);
  }
}

function opened(plain: Uint8Array, length: number): Uint8Array | SrtpRefusal {
  return length < 0 ? refusals[-1 - length]! : plain.subarray(0, length);
}
