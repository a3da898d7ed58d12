/** The sender's side: the datagrams that a parity may cover, and parities over the latest of them. */
import { Fifo } from '../kcp/fifo.ts';
import { addMultiple, multiply } from './gf256.ts';
import { coefficient, LENGTH_BYTES, PARITY_REACH, writeParity } from './parity.ts';

interface Source {
  readonly number: number;
  readonly payload: Uint8Array;
}

export class WindowEncoder {
  readonly #sources = new Fifo<Source>();

  /** Takes what went out under that number, which is not changed any more. */
  add(number: number, payload: Uint8Array): void {
    this.#sources.push({ number, payload });
    this.#forgetBefore(number + 1 - PARITY_REACH);
  }

  /** The parity that goes out under `number`, over the latest `count` datagrams; nothing when there are none. */
  parity(number: number, count: number): Uint8Array | undefined {
    this.#forgetBefore(number + 1 - PARITY_REACH);
    const { size } = this.#sources;
    const sources: Source[] = [];
    for (let index = Math.max(0, size - count); index < size; index += 1)
      sources.push(this.#sources.at(index)!);
    if (sources.length === 0) return undefined;
    const sum = new Uint8Array(LENGTH_BYTES + Math.max(...sources.map(({ payload }) => payload.length)));
    for (const source of sources) addSource(sum, source.payload, coefficient(number, source.number));
    return writeParity({ number, covered: sources.map(source => source.number), sum });
  }

  #forgetBefore(number: number): void {
    let { first } = this.#sources;
    while (first !== undefined && first.number < number) {
      this.#sources.shift();
      ({ first } = this.#sources);
    }
  }
}

/** Adds a datagram, length first, to a sum that is long enough. */
export function addSource(sum: Uint8Array, payload: Uint8Array, factor: number): void {
  sum[0]! ^= multiply(factor, payload.length >> 8);
  sum[1]! ^= multiply(factor, payload.length & 0xff);
  addMultiple(sum, LENGTH_BYTES, payload, factor);
}
