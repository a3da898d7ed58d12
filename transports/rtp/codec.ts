/**
 * The codecs that can pass, and the payload types that the server offers them under: the same for every stream, so that
 * all viewers who answered our offer share one RTP header.
 */
export type MediaKind = 'audio' | 'video';

export interface Codec {
  /** Tells codecs apart that a decoder tells apart: name and profile. */
  readonly id: string;
  readonly kind: MediaKind;
  /** The encoding name in rtpmap (RFC 8866 section 6.6), in the usual letters. */
  readonly name: string;
  readonly clockRate: number;
  readonly channels?: number;
  /** Format parameters of our own offer. */
  readonly fmtp?: string;
  readonly payloadType: number;
  readonly rtxPayloadType?: number;
}

export const codecs: readonly Codec[] = [
  {
    id: 'opus',
    kind: 'audio',
    name: 'opus',
    clockRate: 48000,
    channels: 2,
    fmtp: 'minptime=10;useinbandfec=1',
    payloadType: 111,
  },
  { id: 'vp8', kind: 'video', name: 'VP8', clockRate: 90000, payloadType: 96, rtxPayloadType: 97 },
  {
    id: 'vp9/0',
    kind: 'video',
    name: 'VP9',
    clockRate: 90000,
    fmtp: 'profile-id=0',
    payloadType: 98,
    rtxPayloadType: 99,
  },
  {
    id: 'vp9/2',
    kind: 'video',
    name: 'VP9',
    clockRate: 90000,
    fmtp: 'profile-id=2',
    payloadType: 100,
    rtxPayloadType: 101,
  },
  h264('42e01f', 102),
  h264('42001f', 104),
  h264('4d001f', 106),
  h264('64001f', 108),
  {
    id: 'av1/0',
    kind: 'video',
    name: 'AV1',
    clockRate: 90000,
    fmtp: 'profile=0',
    payloadType: 112,
    rtxPayloadType: 113,
  },
];

export function codecById(id: string): Codec | undefined {
  return codecs.find(codec => codec.id === id);
}

/** By the payload type that the server gives it, as in packets of the canonical form. */
export function codecByPayloadType(payloadType: number): Codec | undefined {
  return codecs.find(codec => codec.payloadType === payloadType);
}

/** H.264 in packetization mode 1 (RFC 6184 section 6.2): a receiver of mode 1 also takes what a mode 0 sender sends. */
function h264(profileLevelId: string, payloadType: number): Codec {
  return {
    id: `h264/${profileLevelId.slice(0, 4)}`,
    kind: 'video',
    name: 'H264',
    clockRate: 90000,
    fmtp: `level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=${profileLevelId}`,
    payloadType,
    rtxPayloadType: payloadType + 1,
  };
}
