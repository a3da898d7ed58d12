/** What a hostile peer makes of a sound packet. */
import type { SeededRandom } from '../../../../simulations/seeded-random.ts';
import { below, someLength } from './rounds.ts';

/** Bytes at which lengths, counts and flags of RTP and RTCP are. */
const LENGTHS_AT = [0, 1, 2, 3, 14, 15];
const EXTREMES = [0x00, 0x01, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xb0, 0xff];

/** A new buffer, as long as what is in it: what is read behind its end is noticed. */
export function mutated(random: SeededRandom, sound: Uint8Array): Uint8Array<ArrayBuffer> {
  let bytes = Uint8Array.from(sound);
  for (let edits = below(random, 4); edits >= 0; edits -= 1) {
    const at = below(random, bytes.length);
    switch (below(random, 7)) {
      case 0:
        if (bytes.length > 0) bytes[at]! ^= 1 << below(random, 8);
        break;
      case 1:
        bytes = bytes.slice(0, at);
        break;
      case 2:
        bytes = joined(bytes, random.bytes(someLength(random, 8)));
        break;
      case 3: {
        const place = LENGTHS_AT[below(random, LENGTHS_AT.length)]!;
        if (place < bytes.length) bytes[place] = EXTREMES[below(random, EXTREMES.length)]!;
        break;
      }
      case 4:
        bytes = joined(bytes.slice(0, at), bytes.slice(below(random, bytes.length)));
        break;
      case 5:
        // The trailer of RTCP: flag, index.
        if (bytes.length > 14) bytes[bytes.length - 1 - below(random, 14)] = below(random, 256);
        break;
      default:
        bytes = Uint8Array.from(random.bytes(someLength(random, 12)));
    }
  }
  return bytes;
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(first.length + second.length);
  bytes.set(first);
  bytes.set(second, first.length);
  return bytes;
}
