/**
 * What is kept of each track: its own share, so that no publisher can evict what another has sent. Repairs are asked for
 * two seconds back at most (browsers drop older frames too); who joins is served from a keyframe of the last few seconds
 * (audience.ts), for which 2 MiB are about as much as can be caught up with at any rate (video-feed.ts).
 */
import type { MediaKind } from '../../transports/rtp/codec.ts';
import type { HistoryLimits } from '../../transports/rtp/history.ts';

export const HISTORY_LIMITS: Record<MediaKind, HistoryLimits> = {
  audio: { packets: 512, ageMs: 2000, bytes: 256 << 10 },
  video: { packets: 4096, ageMs: 5500, bytes: 2 << 20 },
};
