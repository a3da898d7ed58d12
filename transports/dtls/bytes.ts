/** The presentation language of TLS (RFC 5246 section 4): numbers in network order, and vectors with their length first. */

const NOTHING = new Uint8Array(0);

/**
 * Reads fields in order. Once a field was cut short, that and all that follow read as zero or empty, and `isWhole` stays
 * false: a parser looks at it once, at its end, and so has one place where it refuses.
 */
export class ByteReader {
  readonly #bytes: Uint8Array;
  #at = 0;
  #isShort = false;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** How many bytes are left to read. */
  get remaining(): number {
    return this.#isShort ? 0 : this.#bytes.length - this.#at;
  }

  /** Every field was there, and nothing is left over. */
  get isWhole(): boolean {
    return !this.#isShort && this.remaining === 0;
  }

  /** No field was cut short so far. */
  get isGood(): boolean {
    return !this.#isShort;
  }

  /** A number of 1 to 6 bytes. */
  uint(byteCount: number): number {
    if (!this.#has(byteCount)) return 0;
    let value = 0;
    // Multiplied rather than shifted: a sequence number has 48 bits.
    for (const end = this.#at + byteCount; this.#at < end; this.#at += 1)
      value = value * 256 + this.#bytes[this.#at]!;
    return value;
  }

  /** The next bytes, as a view of what is being read. */
  bytes(byteCount: number): Uint8Array {
    if (!this.#has(byteCount)) return NOTHING;
    this.#at += byteCount;
    return this.#bytes.subarray(this.#at - byteCount, this.#at);
  }

  /** What follows a length of `lengthBytes` bytes, as a view. */
  vector(lengthBytes: number): Uint8Array {
    return this.bytes(this.uint(lengthBytes));
  }

  #has(byteCount: number): boolean {
    if (byteCount > this.remaining) this.#isShort = true;
    return !this.#isShort;
  }
}

/** All the numbers of `byteCount` bytes that fill `bytes`, or nothing when they do not fill it. */
export function uintList(bytes: Uint8Array, byteCount: number): readonly number[] | undefined {
  const reader = new ByteReader(bytes);
  const numbers: number[] = [];
  while (reader.remaining > 0) numbers.push(reader.uint(byteCount));
  return reader.isWhole ? numbers : undefined;
}

/** `value` in `byteCount` bytes (1 to 6). */
export function uint(value: number, byteCount: number): Uint8Array {
  const bytes = Buffer.allocUnsafe(byteCount);
  bytes.writeUIntBE(value, 0, byteCount);
  return bytes;
}

export function concat(...parts: readonly Uint8Array[]): Uint8Array {
  return Buffer.concat(parts);
}

/** `parts`, one after the other, behind their length in `lengthBytes` bytes. */
export function vector(lengthBytes: number, ...parts: readonly Uint8Array[]): Uint8Array {
  const byteCount = parts.reduce((sum, part) => sum + part.length, 0);
  return concat(uint(byteCount, lengthBytes), ...parts);
}

export function uints(values: readonly number[], byteCount: number): Uint8Array {
  return concat(...values.map(value => uint(value, byteCount)));
}
