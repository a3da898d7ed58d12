/** The VP8 payload descriptor (RFC 7741 section 4.2) and as much of the payload as tells keyframes (section 4.3). */

export interface Vp8Descriptor {
  /** The packet begins a frame: the first of its first partition. */
  readonly isStart: boolean;
  /** Known of a packet that begins a frame only. */
  readonly isKeyframe: boolean;
  /** No other frame refers to this one. */
  readonly isDroppable: boolean;
  /** Counts frames, modulo 2^`pictureIdBits`; absent where the sender does not count. */
  readonly pictureId?: number;
  readonly pictureIdBits: 7 | 15;
}

/** Undefined when the payload is too short for what its first bytes say of it. */
export function parseVp8(payload: Uint8Array): Vp8Descriptor | undefined {
  const [first, flags] = payload;
  if (first === undefined) return undefined;
  let at = 1;
  let pictureId: number | undefined;
  let pictureIdBits: 7 | 15 = 7;
  if ((first & 0x80) !== 0) {
    if (flags === undefined) return undefined;
    at = 2;
    if ((flags & 0x80) !== 0) {
      const high = payload[at] ?? 0;
      pictureIdBits = (high & 0x80) !== 0 ? 15 : 7;
      pictureId = pictureIdBits === 15 ? ((high & 0x7f) << 8) | (payload[at + 1] ?? 0) : high;
      at += pictureIdBits === 15 ? 2 : 1;
    }
    // TL0PICIDX is a byte; TID and KEYIDX share one.
    if ((flags & 0x40) !== 0) at += 1;
    if ((flags & 0x30) !== 0) at += 1;
  }
  const header = payload[at];
  if (header === undefined) return undefined;
  const isStart = (first & 0x10) !== 0 && (first & 0x07) === 0;
  return {
    isStart,
    // The P bit says that it is none (RFC 7741 section 4.3).
    isKeyframe: isStart && (header & 0x01) === 0,
    isDroppable: (first & 0x20) !== 0,
    ...(pictureId !== undefined && { pictureId }),
    pictureIdBits,
  };
}
