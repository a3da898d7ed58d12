/**
 * What of a shard's slab each track is promised: what its history keeps (history-limits.ts), and a little more, since
 * packets begin at multiples of 8 bytes and a page's end stays empty where the next did not fit. So a packet is overwritten
 * only when history has long let it go.
 */
import { PAGE_BYTES } from '../../transports/memory/slab-memory.ts';
import type { TrackQuota } from '../../transports/memory/track-writer.ts';
import type { MediaKind } from '../../transports/rtp/codec.ts';
import type { HistoryLimits } from '../../transports/rtp/history.ts';
import { HISTORY_LIMITS } from './history-limits.ts';

/** For packets of 100 bytes, the shortest that count, and pages of 32 KiB. */
const WASTE_SHARE = 0.08;
/** The page that is written, and the one that is written over next. */
const SPARE_PAGES = 2;
/** A page is used again when its last packet is older than any that history has. */
const SPARE_MS = 500;

function quotaFor({ bytes, ageMs }: HistoryLimits): TrackQuota {
  return {
    pages: Math.ceil((bytes * (1 + WASTE_SHARE)) / PAGE_BYTES) + SPARE_PAGES,
    ageMs: ageMs + SPARE_MS,
  };
}

export const SLAB_QUOTAS: Record<MediaKind, TrackQuota> = {
  audio: quotaFor(HISTORY_LIMITS.audio),
  video: quotaFor(HISTORY_LIMITS.video),
};
