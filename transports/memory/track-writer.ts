/**
 * One track's ring of pages in its shard's slab. It grows while what it holds is young, up to the quota, and shrinks
 * again: a track takes as much memory as it sends in the time that history goes back.
 */
import type { PagePool } from './page-pool.ts';
import {
  generationIndex,
  PAGE_BYTES,
  PAGE_CONTENT_BYTES,
  PAGE_HEADER_BYTES,
  type PacketReference,
  pageStart,
  type SlabMemory,
} from './slab-memory.ts';

export interface TrackQuota {
  /** At least 2: the one that is written, and one of history. */
  readonly pages: number;
  /** How long a packet is kept, as long as the pages suffice; a page whose packets are all older is used again. */
  readonly ageMs: number;
}

/** Packets begin at multiples of this, so that copying one by words never touches a neighbour. */
const ALIGNMENT_BYTES = 8;

interface HeldPage {
  readonly page: number;
  /** When the last packet in it was written. */
  lastAtMs: number;
}

export class TrackWriter {
  readonly #memory: SlabMemory;
  readonly #bytes: Uint8Array;
  readonly #words: Int32Array;
  readonly #pool: PagePool;
  readonly #quota: TrackQuota;
  /** The oldest first; the last is the one that is written. */
  readonly #held: HeldPage[] = [];
  #generation = 0;
  /** Where the next packet begins, and where its page ends. */
  #position = 0;
  #end = 0;
  #reservedBytes = 0;
  #reservedAtMs = 0;
  #open = true;

  /** The quota is set aside already (SlabWriter). */
  constructor(memory: SlabMemory, pool: PagePool, quota: TrackQuota) {
    this.#memory = memory;
    this.#bytes = new Uint8Array(memory.buffer);
    this.#words = new Int32Array(memory.buffer);
    this.#pool = pool;
    this.#quota = quota;
  }

  /** Pages that it holds at present. */
  get pages(): number {
    return this.#held.length;
  }

  /**
   * A place for a packet of at most `mostBytes`, 1 to PAGE_CONTENT_BYTES (else a RangeError). What is written there is
   * nobody's until `commit`; without one, as for what proves not to be authentic, the next call gives it again.
   */
  reserve(nowMs: number, mostBytes: number): Uint8Array {
    if (!this.#open) throw new Error('the track is closed');
    if (mostBytes < 1 || mostBytes > PAGE_CONTENT_BYTES) {
      throw new RangeError(`a packet of ${mostBytes} bytes: not 1 to ${PAGE_CONTENT_BYTES}`);
    }
    if (this.#position + mostBytes > this.#end) this.#begin(nowMs, this.#nextPage(nowMs));
    this.#reservedBytes = mostBytes;
    this.#reservedAtMs = nowMs;
    return this.#bytes.subarray(this.#position, this.#position + mostBytes);
  }

  /** Keeps the first `length` bytes of the reserved place, and gives the reference by which all threads find them. */
  commit(length: number): PacketReference {
    if (length > this.#reservedBytes) {
      throw new RangeError(`${length} bytes were written where ${this.#reservedBytes} were reserved`);
    }
    this.#reservedBytes = 0;
    this.#held.at(-1)!.lastAtMs = this.#reservedAtMs;
    const position = this.#position;
    this.#position = (position + length + ALIGNMENT_BYTES - 1) & -ALIGNMENT_BYTES;
    return { slab: this.#memory.id, position, generation: this.#generation, length };
  }

  /** Gives its pages and its quota back. What they hold can be read until another track begins them. */
  close(): void {
    if (!this.#open) return;
    this.#open = false;
    for (const { page } of this.#held) this.#pool.release(page);
    this.#held.length = 0;
    this.#reservedBytes = 0;
    this.#pool.withdraw(this.#quota.pages);
  }

  /** An outlived page, if there is one (others go back to the pool); else a new one, within the quota; else the oldest. */
  #nextPage(nowMs: number): number {
    const held = this.#held;
    let outlived: number | undefined;
    while (held.length > 0 && nowMs - held[0]!.lastAtMs > this.#quota.ageMs) {
      if (outlived !== undefined) this.#pool.release(outlived);
      outlived = held.shift()!.page;
    }
    if (outlived !== undefined) return outlived;
    return held.length < this.#quota.pages ? this.#pool.take() : held.shift()!.page;
  }

  #begin(nowMs: number, page: number): void {
    const start = pageStart(page);
    // From here on whoever refers to this page learns that it is overwritten; only then is it.
    this.#generation = (Atomics.add(this.#words, generationIndex(start), 1) + 1) | 0;
    this.#position = start + PAGE_HEADER_BYTES;
    this.#end = start + PAGE_BYTES;
    this.#held.push({ page, lastAtMs: nowMs });
  }
}
