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

/** Drawn at once: a draw costs microseconds however few bytes it is of, and a viewer that joins needs half a dozen. */
const STOCK_BYTES = 4096;

/** Bytes of the operating system's generator that nobody has been given yet. */
class Stock {
  #bytes = Buffer.alloc(0);
  #taken = 0;

  /** `count` is at most STOCK_BYTES. */
  take(count: number): Buffer {
    if (this.#taken + count > this.#bytes.length) {
      this.#bytes = randomBytes(STOCK_BYTES);
      this.#taken = 0;
    }
    const from = this.#taken;
    this.#taken += count;
    const taken = Buffer.alloc(count);
    this.#bytes.copy(taken, 0, from);
    // What may become a key is kept in one place, its owner's.
    this.#bytes.fill(0, from, this.#taken);
    return taken;
  }
}

const stock = new Stock();

/** The operating system's generator, fit for keys (RFC 4086). */
export const systemRandom: Random = {
  bytes: count => (count > STOCK_BYTES ? randomBytes(count) : stock.take(count)),
  uint32: () => stock.take(4).readUInt32BE(0),
  unit: () => stock.take(6).readUIntBE(0, 6) / 2 ** 48,
};

/** An unguessable name of `byteCount` random bytes, written with the letters, digits, `-` and `_` of base64url. */
export function randomToken(random: Random, byteCount: number): string {
  return Buffer.from(random.bytes(byteCount)).toString('base64url');
}
