/** Datagrams made by hand. */
import {
  COMMAND,
  HEADER_BYTES,
  readSegment,
  type SegmentHeader,
  writeHeader,
} from '../../../transports/kcp/segment.ts';

export const CONVERSATION = 0xfedcba98;

/** A datagram of one segment; what is left out is 0, and the command a push. */
export function segment(
  fields: Partial<SegmentHeader> = {},
  payload: Uint8Array = new Uint8Array(),
): Uint8Array {
  const datagram = new Uint8Array(HEADER_BYTES + payload.length);
  writeHeader(datagram, 0, {
    conversation: CONVERSATION,
    command: COMMAND.push,
    fragmentsLeft: 0,
    windowSegments: 128,
    timestampMs: 0,
    sequence: 0,
    nextExpected: 0,
    byteCount: payload.length,
    ...fields,
  });
  datagram.set(payload, HEADER_BYTES);
  return datagram;
}

/** The headers in a datagram of our own conversation. */
export function headersIn(datagram: Uint8Array, conversation = CONVERSATION): readonly SegmentHeader[] {
  const headers: SegmentHeader[] = [];
  for (let at = 0; at < datagram.length; at += HEADER_BYTES + headers.at(-1)!.byteCount) {
    const header = readSegment(datagram, at, conversation);
    if (typeof header === 'string') throw new Error(header);
    headers.push(header);
  }
  return headers;
}

/** All that waits to be polled. */
export function datagramsOf(kcp: { poll(): Uint8Array | undefined }): readonly Uint8Array[] {
  const datagrams: Uint8Array[] = [];
  for (let datagram = kcp.poll(); datagram !== undefined; datagram = kcp.poll()) datagrams.push(datagram);
  return datagrams;
}

export function bytes(...values: readonly number[]): Uint8Array {
  return Uint8Array.from(values);
}
