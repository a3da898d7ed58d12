/**
 * Datagrams as sums take them, two bytes of length and the payload, each in a place of its own in one piece of memory: a
 * sum over many of them is then one call. Memory is taken for what comes.
 */
import { writeUint16 } from '../rtp/byte-order.ts';
import { LENGTH_BYTES } from './parity.ts';
import { TERM_NUMBERS } from './port.ts';

/** Places grow by these steps: not again for each datagram that is a little longer. */
const STEP_BYTES = 256;

export class SymbolStore {
  readonly #lengths: Uint32Array;
  #placeBytes = 0;
  #bytes = new Uint8Array(0);

  constructor(places: number) {
    this.#lengths = new Uint32Array(places);
  }

  /** As of the latest `keep`. */
  get bytes(): Uint8Array {
    return this.#bytes;
  }

  /** Copies the payload. */
  keep(place: number, payload: Uint8Array): void {
    const length = LENGTH_BYTES + payload.length;
    if (length > this.#placeBytes) this.#grow(length);
    const at = place * this.#placeBytes;
    writeUint16(this.#bytes, at, payload.length);
    this.#bytes.set(payload, at + LENGTH_BYTES);
    this.#lengths[place] = length;
  }

  /** Of the payload and its length. */
  lengthOf(place: number): number {
    return this.#lengths[place]!;
  }

  /** Makes the datagram the term of that number. */
  writeTerm(terms: Int32Array, index: number, place: number, factor: number): void {
    const at = TERM_NUMBERS * index;
    terms[at] = place * this.#placeBytes;
    terms[at + 1] = this.#lengths[place]!;
    terms[at + 2] = factor;
  }

  #grow(length: number): void {
    const before = { bytes: this.#bytes, placeBytes: this.#placeBytes };
    this.#placeBytes = Math.ceil(length / STEP_BYTES) * STEP_BYTES;
    this.#bytes = new Uint8Array(this.#lengths.length * this.#placeBytes);
    for (const [place, kept] of this.#lengths.entries()) {
      const at = place * before.placeBytes;
      this.#bytes.set(before.bytes.subarray(at, at + kept), place * this.#placeBytes);
    }
  }
}
