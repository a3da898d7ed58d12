/** Arithmetic modulo 2^32, in which KCP counts its segments and the milliseconds of its clock. */

/** How far `a` is ahead of `b`: -2^31 to 2^31 - 1. */
export function ahead(a: number, b: number): number {
  return (a - b) | 0;
}

/** `count` steps after `start`. */
export function after(start: number, count: number): number {
  return (start + count) >>> 0;
}
