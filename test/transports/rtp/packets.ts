/** RTP packets for tests, put together byte by byte and not by the code under test. */
export interface PacketParts {
  readonly marker?: boolean;
  readonly payloadType?: number;
  readonly sequenceNumber?: number;
  readonly timestamp?: number;
  readonly ssrc?: number;
  readonly csrcs?: readonly number[];
  readonly extension?: { readonly profile: number; readonly data: readonly number[] };
  readonly payload?: readonly number[];
  /** The padding's bytes, the last of which is set to their count. */
  readonly paddingLength?: number;
}

export function rtpBytes(parts: PacketParts = {}): Uint8Array {
  const { csrcs = [], extension, payload = [1, 2, 3], paddingLength = 0 } = parts;
  const bytes = [
    0x80 | (paddingLength > 0 ? 0x20 : 0) | (extension ? 0x10 : 0) | csrcs.length,
    (parts.marker ? 0x80 : 0) | (parts.payloadType ?? 96),
    ...word(parts.sequenceNumber ?? 0).slice(2),
    ...word(parts.timestamp ?? 0),
    ...word(parts.ssrc ?? 0x11223344),
    ...csrcs.flatMap(word),
  ];
  if (extension !== undefined) {
    const data = [...extension.data];
    while (data.length % 4 !== 0) data.push(0);
    bytes.push(extension.profile >> 8, extension.profile & 0xff, ...word(data.length / 4).slice(2), ...data);
  }
  bytes.push(...payload);
  for (let left = paddingLength; left > 1; left -= 1) bytes.push(0);
  if (paddingLength > 0) bytes.push(paddingLength);
  return Uint8Array.from(bytes);
}

function word(value: number): number[] {
  return [value >>> 24, (value >>> 16) & 0xff, (value >>> 8) & 0xff, value & 0xff];
}
