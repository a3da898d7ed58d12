/**
 * Randomness as a port. This is the one file of the project that draws random numbers; everything else is handed a
 * `Random`, so that a simulation's run can be repeated from its seed.
 */
import { randomBytes } from 'node:crypto';

export interface Random {
  /** `count` random bytes, in a buffer of the caller's own. */
  bytes(count: number): Uint8Array;
  /** A whole number, 0 to 2^32 - 1. */
  uint32(): number;
  /** A fraction, 0 inclusive to 1 exclusive. */
  unit(): number;
}

/** The operating system's generator, fit for keys (RFC 4086). */
export const systemRandom: Random = {
  bytes: count => randomBytes(count),
  uint32: () => randomBytes(4).readUInt32BE(0),
  unit: () => randomBytes(6).readUIntBE(0, 6) / 2 ** 48,
};

/** An unguessable name of `byteCount` random bytes, written with the letters, digits, `-` and `_` of base64url. */
export function randomToken(random: Random, byteCount: number): string {
  return Buffer.from(random.bytes(byteCount)).toString('base64url');
}
