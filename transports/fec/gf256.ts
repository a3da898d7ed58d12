/**
 * The field of 256 elements: bytes as polynomials modulo x^8 + x^4 + x^3 + x^2 + 1, as in RFC 8681 section 3.7 and
 * RFC 5510 section 8.1. Addition, which is subtraction, is exclusive or.
 */
import { type AddMultiples, TERM_NUMBERS } from './port.ts';

const ORDER = 255;
const POLYNOMIAL = 0x11d;

const exponentials = new Uint8Array(2 * ORDER);
const logarithms = new Uint8Array(ORDER + 1);
for (let power = 0, value = 1; power < ORDER; power += 1) {
  exponentials[power] = value;
  exponentials[power + ORDER] = value;
  logarithms[value] = power;
  value <<= 1;
  if (value > ORDER) value ^= POLYNOMIAL;
}

/** For each factor its products with all bytes: what a symbol is multiplied by is looked up once. */
const products = Array.from({ length: ORDER + 1 }, (_, factor) =>
  Uint8Array.from({ length: ORDER + 1 }, (_, value) => multiply(factor, value)),
);

export function multiply(one: number, other: number): number {
  if (one === 0 || other === 0) return 0;
  return exponentials[logarithms[one]! + logarithms[other]!]!;
}

/** `value` is not 0. */
export function inverse(value: number): number {
  return exponentials[ORDER - logarithms[value]!]!;
}

export const addMultiples: AddMultiples = (into, store, terms, count) => {
  for (let at = 0; at < TERM_NUMBERS * count; at += TERM_NUMBERS) {
    const [offset, byteCount, row] = [terms[at]!, terms[at + 1]!, products[terms[at + 2]!]!];
    for (let place = 0; place < byteCount; place += 1) into[place]! ^= row[store[offset + place]!]!;
  }
};

/** Multiplies all bytes by `factor`. */
export function scale(bytes: Uint8Array, factor: number): void {
  const row = products[factor]!;
  for (let place = 0; place < bytes.length; place += 1) bytes[place] = row[bytes[place]!]!;
}
