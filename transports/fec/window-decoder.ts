/**
 * The receiver's side: what has come, and parities over what has not, as linear equations. Each one kept is solved for one
 * missing datagram and holds no other that another is solved for (Gauss and Jordan's way), so that whatever can be found
 * is found as soon as it can be.
 */
import { readUint16 } from '../rtp/byte-order.ts';
import { addMultiple, inverse, multiply, scale } from './gf256.ts';
import { coefficient, LENGTH_BYTES, PARITY_REACH, type Parity } from './parity.ts';
import { addSource } from './window-encoder.ts';

/** What has come is kept for as long as a parity can reach back, with one that is late by as much. A power of two. */
const KEPT_DATAGRAMS = 2 * PARITY_REACH;
/** Equations kept: more are missing at a time only when no parity would do. */
const EQUATIONS_MAX = 64;

export interface Recovered {
  readonly number: number;
  readonly payload: Uint8Array;
}

interface Source {
  readonly number: number;
  readonly payload: Uint8Array;
}

interface Equation {
  /** Coefficients of what is missing: of `pivot` 1, and of none that is another's pivot. */
  readonly factors: Map<number, number>;
  pivot: number;
  sum: Uint8Array;
}

export class WindowDecoder {
  readonly #sources: (Source | undefined)[] = new Array<Source | undefined>(KEPT_DATAGRAMS).fill(undefined);
  #equations: Equation[] = [];
  #highest = -1;

  /** Equations that wait for more. */
  get size(): number {
    return this.#equations.length;
  }

  /** A datagram has come; what can be found by it that was missing. Its payload is kept. */
  add(number: number, payload: Uint8Array): readonly Recovered[] {
    this.#keep({ number, payload });
    return this.#equations.length === 0 ? [] : this.#settle([{ number, payload }]);
  }

  /** A parity has come; what can be found by it. Its sum is borrowed. */
  addParity(parity: Parity): readonly Recovered[] {
    const equation = this.#equationOf(parity);
    if (equation === undefined) return [];
    for (const known of this.#equations) eliminate(equation, known);
    const pivot = lastKeyOf(equation.factors);
    // It says nothing that others did not.
    if (pivot === undefined) return [];
    normalize(equation, pivot);
    for (const known of this.#equations) eliminate(known, equation);
    this.#equations.push(equation);
    if (this.#equations.length > EQUATIONS_MAX) this.#equations.shift();
    return this.#settle([]);
  }

  /** What of the parity's sum is of missing datagrams; nothing when none is, or when what it covers is forgotten. */
  #equationOf({ number, covered, sum }: Parity): Equation | undefined {
    const factors = new Map<number, number>();
    const rest = sum.slice();
    for (const one of covered) {
      const factor = coefficient(number, one);
      const source = this.#sources[one % KEPT_DATAGRAMS];
      if (source?.number !== one) {
        if (one <= this.#highest - KEPT_DATAGRAMS) return undefined;
        factors.set(one, factor);
      } else if (source.payload.length + LENGTH_BYTES > rest.length) return undefined;
      else addSource(rest, source.payload, factor);
    }
    return factors.size === 0 ? undefined : { factors, pivot: 0, sum: rest };
  }

  #keep(source: Source): void {
    this.#sources[source.number % KEPT_DATAGRAMS] = source;
    if (source.number <= this.#highest) return;
    this.#highest = source.number;
    const oldest = this.#highest - KEPT_DATAGRAMS;
    if (this.#equations.some(({ pivot }) => pivot <= oldest))
      this.#equations = this.#equations.filter(({ factors }) =>
        [...factors.keys()].every(number => number > oldest),
      );
  }

  /** Puts what is known into all equations, and what that makes known, until nothing more is. */
  #settle(known: Source[]): readonly Recovered[] {
    const recovered: Recovered[] = [];
    for (;;) {
      const source = known.pop();
      if (source !== undefined) {
        this.#substitute(source);
        continue;
      }
      const solved = this.#equations.find(({ factors }) => factors.size === 1);
      if (solved === undefined) return recovered;
      this.#equations = this.#equations.filter(one => one !== solved);
      const payload = payloadOf(solved.sum);
      if (payload === undefined) continue;
      const found = { number: solved.pivot, payload };
      this.#keep(found);
      recovered.push(found);
      known.push(found);
    }
  }

  #substitute({ number, payload }: Source): void {
    for (const equation of this.#equations) {
      const factor = equation.factors.get(number);
      if (factor === undefined) continue;
      equation.factors.delete(number);
      lengthen(equation, LENGTH_BYTES + payload.length);
      addSource(equation.sum, payload, factor);
      const pivot = equation.pivot === number ? lastKeyOf(equation.factors) : equation.pivot;
      if (pivot === undefined) continue;
      normalize(equation, pivot);
      for (const other of this.#equations) if (other !== equation) eliminate(other, equation);
    }
    this.#equations = this.#equations.filter(({ factors }) => factors.size > 0);
  }
}

/** Takes `known` times as often as makes its pivot vanish from `equation`. */
function eliminate(equation: Equation, known: Equation): void {
  const factor = equation.factors.get(known.pivot);
  if (factor === undefined) return;
  for (const [number, other] of known.factors) {
    const sum = (equation.factors.get(number) ?? 0) ^ multiply(factor, other);
    if (sum === 0) equation.factors.delete(number);
    else equation.factors.set(number, sum);
  }
  lengthen(equation, known.sum.length);
  addMultiple(equation.sum, 0, known.sum, factor);
}

/** Solves for `pivot`. */
function normalize(equation: Equation, pivot: number): void {
  equation.pivot = pivot;
  const factor = inverse(equation.factors.get(pivot)!);
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
