/**
 * The receiver's side: what has come, and parities over what has not, as linear equations. Each one kept is solved for one
 * missing datagram and holds no other that another is solved for (Gauss and Jordan's way), so that whatever can be found
 * is found as soon as it can be.
 */
import { readUint16 } from '../rtp/byte-order.ts';
import { addMultiples, inverse, multiply, scale } from './gf256.ts';
import { coefficient, LENGTH_BYTES, PARITY_REACH, type Parity } from './parity.ts';
import { type AddMultiples, TERM_NUMBERS } from './port.ts';
import { SymbolStore } from './symbol-store.ts';

/** What has come is kept for as long as a parity can reach back, with one that is late by as much. A power of two. */
const KEPT_DATAGRAMS = 2 * PARITY_REACH;
/** Equations kept: more are missing at a time only when no parity would do. */
const EQUATIONS_MAX = 64;
/** What a mask of 255 bytes can name, which is more than we write. */
const TERMS_MAX = 8 * 255;
/** In place of a number where there is no datagram. */
const NONE = -1;

export interface Recovered {
  readonly number: number;
  readonly payload: Uint8Array;
}

/** A datagram that has just become known: `byteCount` bytes of `bytes` from `at` on, its length first. */
interface Known {
  readonly number: number;
  readonly bytes: Uint8Array;
  readonly at: number;
  readonly byteCount: number;
}

interface Equation {
  /** Coefficients of what is missing: of `pivot` 1, and of none that is another's pivot. */
  readonly factors: Map<number, number>;
  pivot: number;
  sum: Uint8Array;
}

export class WindowDecoder {
  readonly #add: AddMultiples;
  /** Which datagram is in which place of the store: that of its number modulo KEPT_DATAGRAMS. */
  readonly #numbers = new Float64Array(KEPT_DATAGRAMS).fill(NONE);
  readonly #store = new SymbolStore(KEPT_DATAGRAMS);
  readonly #terms = new Int32Array(TERM_NUMBERS * TERMS_MAX);
  #equations: Equation[] = [];
  #highest = -1;

  constructor(add: AddMultiples = addMultiples) {
    this.#add = add;
  }

  /** Equations that wait for more. */
  get size(): number {
    return this.#equations.length;
  }

  /** A datagram has come; what can be found by it that was missing. Its payload is borrowed. */
  add(number: number, payload: Uint8Array): readonly Recovered[] {
    this.#keep(number, payload);
    if (this.#equations.length === 0) return [];
    const place = number % KEPT_DATAGRAMS;
    this.#store.writeTerm(this.#terms, 0, place, 1);
    const [at, byteCount] = [this.#terms[0]!, this.#terms[1]!];
    return this.#settle([{ number, bytes: this.#store.bytes, at, byteCount }]);
  }

  /** A parity has come; what can be found by it. Its sum is borrowed. */
  addParity(parity: Parity): readonly Recovered[] {
    const equation = this.#equationOf(parity);
    if (equation === undefined) return [];
    for (const known of this.#equations) this.#eliminate(equation, known);
    const pivot = lastKeyOf(equation.factors);
    // It says nothing that others did not.
    if (pivot === undefined) return [];
    normalize(equation, pivot);
    for (const known of this.#equations) this.#eliminate(known, equation);
    this.#equations.push(equation);
    if (this.#equations.length > EQUATIONS_MAX) this.#equations.shift();
    return this.#settle([]);
  }

  /** What of the parity's sum is of missing datagrams; nothing when none is, or when what it covers is forgotten. */
  #equationOf({ number, covered, sum }: Parity): Equation | undefined {
    let missing = 0;
    for (const one of covered) {
      const place = one % KEPT_DATAGRAMS;
      if (this.#numbers[place] === one) {
        if (this.#store.lengthOf(place) > sum.length) return undefined;
      } else {
        if (one <= this.#highest - KEPT_DATAGRAMS) return undefined;
        missing += 1;
      }
    }
    // On most lines nothing is, most of the time.
    if (missing === 0) return undefined;
    const factors = new Map<number, number>();
    let terms = 0;
    for (const one of covered) {
      const factor = coefficient(number, one);
      const place = one % KEPT_DATAGRAMS;
      if (this.#numbers[place] !== one) factors.set(one, factor);
      else {
        this.#store.writeTerm(this.#terms, terms, place, factor);
        terms += 1;
      }
    }
    const rest = sum.slice();
    this.#add(rest, this.#store.bytes, this.#terms, terms);
    return { factors, pivot: 0, sum: rest };
  }

  #keep(number: number, payload: Uint8Array): void {
    const place = number % KEPT_DATAGRAMS;
    this.#store.keep(place, payload);
    this.#numbers[place] = number;
    if (number <= this.#highest) return;
    this.#highest = number;
    if (this.#equations.length === 0) return;
    const oldest = this.#highest - KEPT_DATAGRAMS;
    if (this.#equations.some(({ pivot }) => pivot <= oldest))
      this.#equations = this.#equations.filter(({ factors }) =>
        [...factors.keys()].every(missing => missing > oldest),
      );
  }

  /** Puts what is known into all equations, and what that makes known, until nothing more is. */
  #settle(known: Known[]): readonly Recovered[] {
    const recovered: Recovered[] = [];
    for (;;) {
      const one = known.pop();
      if (one !== undefined) {
        this.#substitute(one);
        continue;
      }
      const solved = this.#equations.find(({ factors }) => factors.size === 1);
      if (solved === undefined) return recovered;
      this.#equations = this.#equations.filter(other => other !== solved);
      const { pivot: number, sum } = solved;
      const payload = payloadOf(sum);
      if (payload === undefined) continue;
      this.#keep(number, payload);
      recovered.push({ number, payload });
      known.push({ number, bytes: sum, at: 0, byteCount: LENGTH_BYTES + payload.length });
    }
  }

  #substitute({ number, bytes, at, byteCount }: Known): void {
    for (const equation of this.#equations) {
      const factor = equation.factors.get(number);
      if (factor === undefined) continue;
      equation.factors.delete(number);
      this.#addOne(equation, bytes, at, byteCount, factor);
      const pivot = equation.pivot === number ? lastKeyOf(equation.factors) : equation.pivot;
      if (pivot === undefined) continue;
      normalize(equation, pivot);
      for (const other of this.#equations) if (other !== equation) this.#eliminate(other, equation);
    }
    this.#equations = this.#equations.filter(({ factors }) => factors.size > 0);
  }

  /** Takes `known` times as often as makes its pivot vanish from `equation`. */
  #eliminate(equation: Equation, known: Equation): void {
    const factor = equation.factors.get(known.pivot);
    if (factor === undefined) return;
    for (const [number, other] of known.factors) {
      const sum = (equation.factors.get(number) ?? 0) ^ multiply(factor, other);
      if (sum === 0) equation.factors.delete(number);
      else equation.factors.set(number, sum);
    }
    this.#addOne(equation, known.sum, 0, known.sum.length, factor);
  }

  #addOne(equation: Equation, bytes: Uint8Array, at: number, byteCount: number, factor: number): void {
    lengthen(equation, byteCount);
    this.#terms[0] = at;
    this.#terms[1] = byteCount;
    this.#terms[2] = factor;
    this.#add(equation.sum, bytes, this.#terms, 1);
  }
}

/** Solves for `pivot`. */
function normalize(equation: Equation, pivot: number): void {
  equation.pivot = pivot;
  const factor = inverse(equation.factors.get(pivot)!);
  if (factor === 1) return;
  for (const [number, other] of equation.factors) equation.factors.set(number, multiply(other, factor));
  scale(equation.sum, factor);
}

function lengthen(equation: Equation, length: number): void {
  if (length <= equation.sum.length) return;
  const sum = new Uint8Array(length);
  sum.set(equation.sum);
  equation.sum = sum;
}

/** Nothing where the length is none that fits: somebody has made a parity of something else. */
function payloadOf(sum: Uint8Array): Uint8Array | undefined {
  const length = readUint16(sum, 0);
  return length > sum.length - LENGTH_BYTES ? undefined : sum.subarray(LENGTH_BYTES, LENGTH_BYTES + length);
}

function lastKeyOf(factors: ReadonlyMap<number, number>): number | undefined {
  let last: number | undefined;
  for (const number of factors.keys()) last = number;
  return last;
}
