/** Whether an RTP payload begins a keyframe of VP8 (RFC 7741 sections 4.2 and 4.3). */

const EXTENDED = 0x80;
const START_OF_PARTITION = 0x10;
const PARTITION_INDEX = 0x07;
const HAS_PICTURE_ID = 0x80;
const HAS_TL0_PICTURE_INDEX = 0x40;
/** Either of TID and KEYIDX, which share a byte. */
const HAS_LAYER_BYTE = 0x30;
const LONG_PICTURE_ID = 0x80;
/** P of the payload header: set where the frame needs another before it. */
const INTER_FRAME = 0x01;

/** True for the first packet of a keyframe's first partition; false for all others, and for what is cut short. */
export function beginsKeyframe(payload: Uint8Array): boolean {
  const first = payload[0];
  if (first === undefined || (first & START_OF_PARTITION) === 0 || (first & PARTITION_INDEX) !== 0)
    return false;
  let offset = 1;
  if ((first & EXTENDED) !== 0) {
    const present = payload[1];
    if (present === undefined) return false;
    offset += 1;
    if ((present & HAS_PICTURE_ID) !== 0) offset += ((payload[offset] ?? 0) & LONG_PICTURE_ID) !== 0 ? 2 : 1;
    if ((present & HAS_TL0_PICTURE_INDEX) !== 0) offset += 1;
    if ((present & HAS_LAYER_BYTE) !== 0) offset += 1;
  }
  const header = payload[offset];
  return header !== undefined && (header & INTER_FRAME) === 0;
}
