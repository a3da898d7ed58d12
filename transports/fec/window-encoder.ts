/** The sender's side: the datagrams that a parity may cover, and parities over the latest of them. */
import { Fifo } from '../kcp/fifo.ts';
import { addMultiples } from './gf256.ts';
import { blankParity, coefficient, PARITY_REACH } from './parity.ts';
import { type AddMultiples, TERM_NUMBERS } from './port.ts';
import { SymbolStore } from './symbol-store.ts';

export class WindowEncoder {
  readonly #add: AddMultiples;
  /** Of those in the store, in order. */
  readonly #numbers = new Fifo<number>();
  /** A datagram's place is that of its turn, modulo PARITY_REACH. */
  readonly #store = new SymbolStore(PARITY_REACH);
  readonly #terms = new Int32Array(TERM_NUMBERS * PARITY_REACH);
  #nextPlace = 0;

  constructor(add: AddMultiples = addMultiples) {
    this.#add = add;
  }

  /** Copies what went out under that number. */
  add(number: number, payload: Uint8Array): void {
    this.#forgetBefore(number + 1 - PARITY_REACH);
    this.#numbers.push(number);
    this.#store.keep(this.#nextPlace, payload);
    this.#nextPlace = (this.#nextPlace + 1) % PARITY_REACH;
  }

  /** The parity that goes out under `number`, over the latest `count` datagrams; nothing when there are none. */
  parity(number: number, count: number): Uint8Array | undefined {
    this.#forgetBefore(number + 1 - PARITY_REACH);
    const { size } = this.#numbers;
    const covers = Math.min(count, size);
    if (covers === 0) return undefined;
    const covered: number[] = [];
    let sumBytes = 0;
    for (let index = 0; index < covers; index += 1) {
      const place = (this.#nextPlace + PARITY_REACH - covers + index) % PARITY_REACH;
      const one = this.#numbers.at(size - covers + index)!;
      covered.push(one);
      this.#store.writeTerm(this.#terms, index, place, coefficient(number, one));
      sumBytes = Math.max(sumBytes, this.#store.lengthOf(place));
    }
    const { bytes, sum } = blankParity(number, covered, sumBytes);
    this.#add(sum, this.#store.bytes, this.#terms, covers);
    return bytes;
  }

  /** None of what went out until now is covered any more. */
  clear(): void {
    this.#forgetBefore(Number.POSITIVE_INFINITY);
  }

  #forgetBefore(number: number): void {
    let { first } = this.#numbers;
    while (first !== undefined && first < number) {
      this.#numbers.shift();
      ({ first } = this.#numbers);
    }
  }
}
