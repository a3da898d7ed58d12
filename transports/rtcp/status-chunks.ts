/** Packet status chunks (draft-holmer-rmcat-transport-wide-cc-extensions-01 sections 3.1.3 and 3.1.4). */

/** What became of a packet: not received, or received with a delta of one byte, or of two. */
export type PacketStatus = 0 | 1 | 2;

const maxRunLength = 0x1fff;
const oneBitVectorLength = 14;
const twoBitVectorLength = 7;
/** The bits that mark a vector, and one of two-bit symbols. */
const vectorBit = 0x8000;
const twoBitsBit = 0x4000;

/** The 16-bit chunks for the statuses of consecutive packets: none covers fewer than seven, but for the last. */
export function statusChunks(statuses: readonly PacketStatus[]): number[] {
  const chunks: number[] = [];
  let at = 0;
  while (at < statuses.length) {
    const left = statuses.length - at;
    const run = runLength(statuses, at);
    const fitsOneBit = !statuses.slice(at, at + oneBitVectorLength).includes(2);
    if (run === left || run >= oneBitVectorLength || (run >= twoBitVectorLength && !fitsOneBit)) {
      chunks.push((statuses[at]! << 13) | run);
      at += run;
    } else if (fitsOneBit) {
      chunks.push(vectorBit | packSymbols(statuses, at, oneBitVectorLength, 1));
      at += oneBitVectorLength;
    } else {
      chunks.push(vectorBit | twoBitsBit | packSymbols(statuses, at, twoBitVectorLength, 2));
      at += twoBitVectorLength;
    }
  }
  return chunks;
}

function runLength(statuses: readonly PacketStatus[], from: number): number {
  let end = from + 1;
  while (end < statuses.length && end - from < maxRunLength && statuses[end] === statuses[from]) end += 1;
  return end - from;
}

/** The first symbol in the highest bits; past the last status, zeros. */
function packSymbols(statuses: readonly PacketStatus[], from: number, count: number, bits: number): number {
  let packed = 0;
  for (let at = from; at < from + count; at += 1) packed = (packed << bits) | (statuses[at] ?? 0);
  return packed;
}
