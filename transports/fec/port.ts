/** Where parity's sums are worked out. This is the port; `addMultiples` of gf256.ts is the portable one. */

/**
 * Adds multiples of parts of `store` to the beginning of `into`. `terms` has TERM_NUMBERS numbers for each of the `count`
 * parts: where it begins, how many bytes it has, for which there is room, and the factor.
 */
export type AddMultiples = (into: Uint8Array, store: Uint8Array, terms: Int32Array, count: number) => void;

export const TERM_NUMBERS = 3;
