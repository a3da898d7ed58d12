/** What a viewer has had to see and hear, whichever sessions it came by. */
import type { MediaKind } from '../transports/rtp/codec.ts';
import { DelayDistribution } from './delay-distribution.ts';

/** Nothing new to see, or to hear, for longer than this is an interruption: who listens has lost the thread. */
export const INTERRUPTION_MS = 1_000;
/** A freeze is an interval above three times the average, and 150 ms more than it (W3C webrtc-stats: freezeCount). */
const FREEZE_FACTOR = 3;
const FREEZE_SLACK_MS = 150;
/** Who has just come is shown the past first, quicker than it was made: until it has caught up, delays say nothing. */
export const CATCH_UP_MS = 3_000;
/** What a new interval weighs in the average: as of the last thirty, which webrtc-stats has. */
const INTERVAL_WEIGHT = 1 / 30;

export interface Interruption {
  readonly kind: MediaKind;
  readonly fromMs: number;
  readonly toMs: number;
}

/** Counts since the viewer came. */
export interface KindFigures {
  played: number;
  freezes: number;
  freezeMs: number;
  /** Frames of video that could not be decoded whole; packets of audio that never came. */
  lost: number;
}

interface Track {
  readonly figures: KindFigures;
  readonly delays: DelayDistribution;
  firstAtMs: number | undefined;
  lastAtMs: number | undefined;
  lastSentAtMs: number;
  intervalMs: number;
}

export class Playback {
  readonly interruptions: Interruption[] = [];
  /** Hears each delay that counts. */
  onDelay: ((kind: MediaKind, delayMs: number) => void) | undefined;
  /** The first that was played in this session. */
  #sinceMs: number | undefined;
  readonly #tracks: Record<MediaKind, Track> = { audio: newTrack(), video: newTrack() };

  /** A frame, or a packet of sound, is there to be played, having been made at `sentAtMs`. */
  played(nowMs: number, kind: MediaKind, sentAtMs: number): void {
    const track = this.#tracks[kind];
    const { figures, lastAtMs } = track;
    figures.played += 1;
    this.#sinceMs ??= nowMs;
    if (nowMs - this.#sinceMs >= CATCH_UP_MS) {
      track.delays.add(nowMs - sentAtMs);
      this.onDelay?.(kind, nowMs - sentAtMs);
    }
    track.lastSentAtMs = sentAtMs;
    track.firstAtMs ??= nowMs;
    track.lastAtMs = nowMs;
    if (lastAtMs === undefined) return;
    const gapMs = nowMs - lastAtMs;
    if (gapMs > INTERRUPTION_MS) this.interruptions.push({ kind, fromMs: lastAtMs, toMs: nowMs });
    if (gapMs > Math.max(FREEZE_FACTOR * track.intervalMs, track.intervalMs + FREEZE_SLACK_MS)) {
      figures.freezes += 1;
      figures.freezeMs += gapMs;
    }
    track.intervalMs += (gapMs - track.intervalMs) * INTERVAL_WEIGHT;
  }

  lost(kind: MediaKind, count: number): void {
    this.#tracks[kind].figures.lost += count;
  }

  /** Another session begins. */
  begin(): void {
    this.#sinceMs = undefined;
  }

  /** The viewer was not there for a while: what comes next ends no interruption. */
  pause(): void {
    for (const track of Object.values(this.#tracks)) track.lastAtMs = undefined;
  }

  /** When what was played last had been made; undefined while nothing was played since the beginning or a pause. */
  newestMs(kind: MediaKind): number | undefined {
    const { lastAtMs, lastSentAtMs } = this.#tracks[kind];
    return lastAtMs === undefined ? undefined : lastSentAtMs;
  }

  /** When something was played for the first time, by whichever session; undefined before. */
  firstPlayedAtMs(kind: MediaKind): number | undefined {
    return this.#tracks[kind].firstAtMs;
  }

  /** When something was played last. */
  playedAtMs(kind: MediaKind): number | undefined {
    return this.#tracks[kind].lastAtMs;
  }

  figures(kind: MediaKind): Readonly<KindFigures> {
    return this.#tracks[kind].figures;
  }

  delays(kind: MediaKind): DelayDistribution {
    return this.#tracks[kind].delays;
  }
}

function newTrack(): Track {
  return {
    figures: { played: 0, freezes: 0, freezeMs: 0, lost: 0 },
    delays: new DelayDistribution(),
    firstAtMs: undefined,
    lastAtMs: undefined,
    lastSentAtMs: 0,
    intervalMs: 0,
  };
}
