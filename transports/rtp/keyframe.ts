/**
 * Where a keyframe begins, told from one packet's payload without decoding: what a viewer can start with, and what makes
 * everything before it dispensable.
 */
import { readUint16 } from './byte-order.ts';

/**
 * What a packet tells of the beginning of a keyframe. H.264 carries its slices in packets that all look alike: one of an
 * IDR picture begins it only if it is the first packet of its frame, which whoever has the packet before it can tell.
 */
export type KeyframeStart = 'yes' | 'if first of its frame' | 'no';

/** By the encoding name as in codec.ts; a codec that is not known, and all audio, has none. */
export function keyframeStart(codecName: string, payload: Uint8Array): KeyframeStart {
  if (payload.length === 0) return 'no';
  switch (codecName) {
    case 'VP8':
      return startsVp8(payload) ? 'yes' : 'no';
    case 'VP9':
      return startsVp9(payload) ? 'yes' : 'no';
    case 'H264':
      return startOfH264(payload);
    case 'AV1':
      return startsAv1(payload) ? 'yes' : 'no';
    default:
      return 'no';
  }
}

/**
 * RFC 7741 sections 4.2 and 4.3: the payload descriptor says that the frame's first partition starts here (S, and a
 * partition index of 0), and the payload header behind it that no other frame is referred to (P is 0).
 */
function startsVp8(payload: Uint8Array): boolean {
  const first = payload[0]!;
  if ((first & 0x10) === 0 || (first & 0x07) !== 0) return false;
  let at = 1;
  if ((first & 0x80) !== 0) {
    const extension = payload[at] ?? 0;
    at += 1;
    // The picture id has one byte, or two when its first bit is set.
    if ((extension & 0x80) !== 0) at += ((payload[at] ?? 0) & 0x80) !== 0 ? 2 : 1;
    if ((extension & 0x40) !== 0) at += 1;
    if ((extension & 0x30) !== 0) at += 1;
  }
  return at < payload.length && (payload[at]! & 0x01) === 0;
}

/**
 * RFC 9628 section 4.2: the start of a frame (B) that is not predicted from another picture (P is 0), in the lowest
 * spatial layer; the higher ones of a key picture build on that.
 */
function startsVp9(payload: Uint8Array): boolean {
  const first = payload[0]!;
  if ((first & 0x40) !== 0 || (first & 0x08) === 0) return false;
  if ((first & 0x20) === 0) return true;
  const pictureIdBytes = (first & 0x80) === 0 ? 0 : ((payload[1] ?? 0) & 0x80) !== 0 ? 2 : 1;
  const layer = payload[1 + pictureIdBytes];
  return layer !== undefined && (layer & 0x0e) === 0;
}

const NAL_IDR = 5;
const NAL_SPS = 7;
const NAL_STAP_A = 24;
const NAL_FU_A = 28;

/**
 * RFC 6184 section 5: single NAL units, aggregates (STAP-A) and fragments (FU-A), as packetization modes 0 and 1 have
 * them. Parameter sets travel in band, before each IDR picture (RFC 7742 section 6.2), so that a keyframe begins with
 * them; with the picture itself only where a sender leaves them out.
 */
function startOfH264(payload: Uint8Array): KeyframeStart {
  switch (payload[0]! & 0x1f) {
    case NAL_STAP_A:
      return startOfAggregate(payload);
    case NAL_FU_A: {
      const header = payload[1] ?? 0;
      return (header & 0x80) === 0 ? 'no' : startOfUnit(header & 0x1f);
    }
    default:
      return startOfUnit(payload[0]! & 0x1f);
  }
}

function startOfUnit(type: number): KeyframeStart {
  if (type === NAL_SPS) return 'yes';
  return type === NAL_IDR ? 'if first of its frame' : 'no';
}

function startOfAggregate(payload: Uint8Array): KeyframeStart {
  let found: KeyframeStart = 'no';
  let at = 1;
  while (at + 2 < payload.length) {
    const start = startOfUnit(payload[at + 2]! & 0x1f);
    if (start === 'yes') return 'yes';
    if (start !== 'no') found = start;
    at += 2 + readUint16(payload, at);
  }
  return found;
}

/** AV1 RTP payload format section 4.4: N says that a coded video sequence starts here, which only a keyframe does. */
function startsAv1(payload: Uint8Array): boolean {
  const header = payload[0]!;
  return (header & 0x08) !== 0 && (header & 0x80) === 0;
}
