/** A packet of a simulated camera as whoever sees it on its way can tell what it is. */
import { readUint16 } from '../transports/rtp/byte-order.ts';
import type { MediaKind } from '../transports/rtp/codec.ts';
import { codecByPayloadType } from '../transports/rtp/codec.ts';
import { parseRtp, type RtpPacket } from '../transports/rtp/packet.ts';
import { demultiplex } from '../transports/webrtc/demultiplex.ts';
import { FRAME_BEGINS } from './camera.ts';
import { clientPayloadTypes } from './client-sdp.ts';
import { MARK_OFFSET, readMark } from './load/packet-mark.ts';

export interface MarkedPacket {
  readonly kind: MediaKind;
  readonly ssrc: number;
  /** As on the wire; of one that is repeated, the original's. */
  readonly sequenceNumber: number;
  readonly timestamp: number;
  /** It repeats one that was sent before, in a stream of its own (RFC 4588), whose SSRC it has. */
  readonly isRepair: boolean;
  /** Counts the track's packets from its camera on. */
  readonly number: number;
  readonly sentAtMs: number;
  readonly beginsFrame: boolean;
  readonly endsFrame: boolean;
  readonly isKeyframe: boolean;
}

/** RFC 4588 section 4: the original sequence number comes first. */
const RTX_HEADER_BYTES = 2;
/** The lowest bit of VP8's payload header: no keyframe (RFC 7741 section 4.3). */
const INTER_FRAME_BIT = 1;

/** Undefined for what is no media, or not marked. */
export function readMarkedPacket(bytes: Uint8Array): MarkedPacket | undefined {
  if (demultiplex(bytes) !== 'srtp') return undefined;
  const packet = parseRtp(bytes);
  const track = packet && trackOf(packet);
  if (packet === undefined || track === undefined) return undefined;
  const { kind, isRepair } = track;
  const { payloadOffset, payloadLength, ssrc, timestamp, marker } = packet;
  const begin = payloadOffset + (isRepair ? RTX_HEADER_BYTES : 0);
  const payload = bytes.subarray(begin, payloadOffset + payloadLength);
  const mark = payloadLength > RTX_HEADER_BYTES ? readMark(payload) : undefined;
  if (mark === undefined) return undefined;
  const isVideo = kind === 'video';
  return {
    kind,
    ssrc,
    sequenceNumber: isRepair ? readUint16(bytes, payloadOffset) : packet.sequenceNumber,
    timestamp,
    isRepair,
    ...mark,
    beginsFrame: !isVideo || (payload[0]! & FRAME_BEGINS) !== 0,
    endsFrame: !isVideo || marker,
    isKeyframe: isVideo && (payload[MARK_OFFSET - 1]! & INTER_FRAME_BIT) === 0,
  };
}

/** Simulated viewers take the server's own numbers, and publishers have theirs; no two of them mean two things. */
function trackOf({
  payloadType,
}: RtpPacket): { readonly kind: MediaKind; readonly isRepair: boolean } | undefined {
  if (payloadType === clientPayloadTypes.vp8Rtx) return { kind: 'video', isRepair: true };
  const codec = codecByPayloadType(payloadType);
  return codec && { kind: codec.kind, isRepair: false };
}
