/** The 48-bit packet index (RFC 3711 section 3.3.1): the rollover counter, which is not sent, and the sequence number. */

const sequenceNumbers = 2 ** 16;
const half = 2 ** 15;
const indices = 2 ** 48;

/** The highest index of a source that has not been heard yet. */
export const noIndex = -1;

/**
 * The index that is nearest to `highest` among those that end in `sequenceNumber`; less than 0 when that lies before
 * the first rollover. `highest` is the highest index so far, or `noIndex`.
 */
export function nearestIndex(highest: number, sequenceNumber: number): number {
  if (highest === noIndex) return sequenceNumber;
  const highestSequenceNumber = highest % sequenceNumbers;
  const index = highest - highestSequenceNumber + sequenceNumber;
  if (sequenceNumber - highestSequenceNumber > half) return index - sequenceNumbers;
  if (highestSequenceNumber - sequenceNumber > half) return index + sequenceNumbers;
  return index;
}

/** A receiver's estimate: there was no rollover before the first, so the source must have jumped ahead. */
export function receivedIndex(highest: number, sequenceNumber: number): number {
  const index = nearestIndex(highest, sequenceNumber);
  return index < 0 ? index + sequenceNumbers : index;
}

/**
 * The other index that the first packet heard of a source can have: one that lies after a rollover that was missed.
 * Undefined in the upper half, which a source that began in the upper half reaches only 2^15 packets later.
 */
export function afterFirstRollover(index: number): number | undefined {
  return index < half ? index + sequenceNumbers : undefined;
}

/**
 * A sender's index. What lies before its own first packet gets the index that the RFC's modulo gives it: the receiver
 * cannot open that, and so does not take it for a jump ahead, after which the two would count rollovers differently.
 */
export function sentIndex(highest: number, sequenceNumber: number): number {
  const index = nearestIndex(highest, sequenceNumber);
  return index < 0 ? index + indices : index;
}

/** The rollover counter of an index. */
export function rolloverCounter(index: number): number {
  return Math.floor(index / sequenceNumbers);
}
