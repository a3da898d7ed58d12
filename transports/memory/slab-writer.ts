/** A core shard's own side of its slab: gives each track its quota, within what there is. */
import { PagePool } from './page-pool.ts';
import { PAGE_BYTES, type SlabMemory } from './slab-memory.ts';
import { type TrackQuota, TrackWriter } from './track-writer.ts';

/**
 * What tracks are given. Two seconds, as long as a receiver asks for a packet (transports/rtp/history.ts). For video
 * 1 MiB beside the page that is written: 4 Mbit/s in that time; a faster stream is repaired over a shorter past. For
 * audio 128 KiB: Opus at its highest rate, 510 kbit/s.
 */
export const trackQuotas = {
  audio: { pages: 5, ageMs: 2_000 },
  video: { pages: 33, ageMs: 2_000 },
} as const satisfies Record<string, TrackQuota>;

export class SlabWriter {
  readonly #memory: SlabMemory;
  readonly #pool: PagePool;

  /**
   * One for a slab at a time, in the thread that writes. A shard that was restarted takes the memory over with all
   * pages free: generations go on, so that references from before stay good until their page is begun anew.
   */
  constructor(memory: SlabMemory) {
    this.#memory = memory;
    this.#pool = new PagePool(memory.buffer.byteLength / PAGE_BYTES);
  }

  /** Pages that no track holds. */
  get freePages(): number {
    return this.#pool.freePages;
  }

  /** Pages that tracks hold or have been promised. */
  get promisedPages(): number {
    return this.#pool.promisedPages;
  }

  /** Undefined when the slab has not so much to promise any more. Throws a RangeError for a quota below 2 pages. */
  openTrack(quota: TrackQuota): TrackWriter | undefined {
    if (quota.pages < 2) throw new RangeError(`a quota of ${quota.pages} pages: not 2 or more`);
    return this.#pool.promise(quota.pages) ? new TrackWriter(this.#memory, this.#pool, quota) : undefined;
  }
}
