/**
 * Copies bytes into memory that is taken in chunks: an allocation a segment would cost more than all the rest that is
 * done for it. A chunk lives as long as any copy in it, so copies of one copier should be of about one age.
 */

/** A dozen full segments: rarely allocated, and not much to be held by one copy that somebody keeps. */
const CHUNK_BYTES = 16 * 1024;
/** What is larger gets memory of its own, so that no more than this stays unused at the end of a chunk. */
const MAX_SHARING_BYTES = CHUNK_BYTES / 8;

export class ByteCopier {
  #chunk = new Uint8Array(0);
  #used = 0;

  /** The bytes of `source` from `start` to before `end`, in memory that nothing else writes to. */
  copy(source: Uint8Array, start = 0, end = source.length): Uint8Array {
    const byteCount = end - start;
    if (byteCount > MAX_SHARING_BYTES) return source.slice(start, end);
    if (this.#used + byteCount > this.#chunk.length) {
      this.#chunk = new Uint8Array(CHUNK_BYTES);
      this.#used = 0;
    }
    const copied = this.#chunk.subarray(this.#used, this.#used + byteCount);
    copied.set(byteCount === source.length ? source : source.subarray(start, end));
    this.#used += byteCount;
    return copied;
  }
}
