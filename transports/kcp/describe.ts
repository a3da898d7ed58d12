/** Datagrams and messages as a person reads them. */
import { COMMAND, HEADER_BYTES, readSegment, type SegmentHeader } from './segment.ts';

/** Enough to tell two payloads apart when the place is named too. */
const SHOWN_BYTES = 16;

/** The segments of a datagram of `conversation`, or its bytes where it is none. */
export function describeDatagram(datagram: Uint8Array, conversation: number): string {
  const segments: string[] = [];
  let at = 0;
  while (at < datagram.length) {
    const header = readSegment(datagram, at, conversation);
    if (typeof header === 'string') {
      segments.push(`${describeBytes(datagram.subarray(at))} (${header})`);
      break;
    }
    segments.push(describeSegment(header));
    at += HEADER_BYTES + header.byteCount;
  }
  return segments.join('; ');
}

/** How many bytes, and the first of them from `from` on, which is where they differ from others. */
export function describeBytes(bytes: Uint8Array, from = 0): string {
  const shown = Buffer.from(bytes.subarray(from, from + SHOWN_BYTES)).toString('hex');
  const more = bytes.length > from + SHOWN_BYTES ? '…' : '';
  const place = from === 0 ? '' : `from byte ${from} on `;
  return bytes.length === 0 ? '0 bytes' : `${bytes.length} bytes, ${place}${shown || 'none'}${more}`;
}

/** Where two differ: the index of the first byte, or nothing when they are equal. */
export function firstDifference(one: Uint8Array, other: Uint8Array): number | undefined {
  const shorter = Math.min(one.length, other.length);
  for (let at = 0; at < shorter; at += 1) if (one[at] !== other[at]) return at;
  return one.length === other.length ? undefined : shorter;
}

function describeSegment(header: SegmentHeader): string {
  const { sequence, fragmentsLeft, byteCount, timestampMs, nextExpected, windowSegments } = header;
  const fragments = fragmentsLeft === 0 ? '' : ` (${fragmentsLeft} fragments follow)`;
  const payload =
    byteCount === 0 && header.command !== COMMAND.push ? '' : `, ${byteCount} bytes${fragments}`;
  const name = commandNames.get(header.command);
  return `${name} ${sequence}${payload}, ts ${timestampMs}, una ${nextExpected}, window ${windowSegments}`;
}

const commandNames: ReadonlyMap<number, string> = new Map([
  [COMMAND.push, 'push'],
  [COMMAND.acknowledge, 'ack'],
  [COMMAND.askWindow, 'ask window'],
  [COMMAND.tellWindow, 'tell window'],
]);
