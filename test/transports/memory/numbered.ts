/** Packets and entries that are made from a number, and known by it again: a mix of two is no other's. */
import type { MediaEntry } from '../../../transports/memory/media-entry.ts';
import type { PacketReference } from '../../../transports/memory/slab-memory.ts';

/** Where a queue's indexes begin, so that every way of wrapping around is met. */
export const indexStarts: readonly number[] = [0, 2 ** 31 - 20, 2 ** 32 - 20];

export const nowhere: PacketReference = { slab: 0, position: 0, generation: 0, length: 0 };

/** 12 to 1,500 bytes, as RTP packets have. */
export function packetLength(number: number): number {
  return 12 + ((Math.imul(number, 0x9e3779b1) >>> 0) % 1_489);
}

/** Writes the number into every four bytes, so that bytes of any other packet among them show. */
export function fillPacket(bytes: Uint8Array, number: number): void {
  for (let at = 0; at < bytes.length; at += 1) bytes[at] = number >>> (8 * (at & 3));
}

/** Whether all bytes from `from` to `to` are those of the packet of that number. */
export function holdsPacket(bytes: Uint8Array, number: number, from = 0, to = bytes.length): boolean {
  for (let at = from; at < to; at += 1) if (bytes[at] !== ((number >>> (8 * (at & 3))) & 0xff)) return false;
  return true;
}

export function numberedEntry(number: number, reference: PacketReference): MediaEntry {
  return {
    stream: number & 0x7fffffff,
    kind: number % 3 === 0 ? 'audio' : 'video',
    startsKeyframe: number % 5 === 0,
    startsFrame: number % 2 === 0,
    isPast: number % 7 === 0,
    reference,
    epoch: number * 3,
    sequenceNumber: 2 ** 47 + number,
    timestamp: number * 3_000,
    arrivedAtMs: number + 0.25,
  };
}

/** Whether the entry is the one of that number, with no field from another. The reference is not looked at. */
export function isNumbered(entry: MediaEntry, number: number): boolean {
  const expected = numberedEntry(number, entry.reference);
  return (Object.keys(expected) as (keyof MediaEntry)[]).every(field => entry[field] === expected[field]);
}
