/** What one student has had to see and hear, over all sessions, and what it adds to the minute that it happens in. */
import type { MediaKind } from '../../transports/rtp/codec.ts';
import { LipSync } from '../lip-sync.ts';
import { CATCH_UP_MS, INTERRUPTION_MS, Playback } from '../playback.ts';
import type { ScreenOptions } from '../screen.ts';
import type { Minutes } from './minutes.ts';

const REPORT_INTERVAL_MS = 1_000;
/** Who has just come is shown the past first, with timestamps of its own (playback.ts), and then waits for a report. */
const IN_STEP_AFTER_MS = CATCH_UP_MS + REPORT_INTERVAL_MS;
const KINDS: readonly MediaKind[] = ['audio', 'video'];

/** A time without picture or sound, by the clock of the clients. */
export interface Gap {
  readonly viewer: string;
  /** `join`: it came and there was nothing to see, or nothing to hear. */
  readonly kind: MediaKind | 'join';
  readonly fromMs: number;
  readonly toMs: number;
}

/** From its coming to its first picture and sound nobody waits longer than this, if nothing is broken: the pages' own limit to connect is 15 s. */
export const JOIN_LIMIT_MS = 5_000;

export class Watching {
  readonly #viewer: string;
  readonly #minutes: Minutes;
  readonly #nowMs: () => number;
  readonly #cameAtMs: number;
  readonly #playback = new Playback();
  #sessionFromMs = 0;

  constructor(viewer: string, minutes: Minutes, nowMs: () => number) {
    this.#viewer = viewer;
    this.#minutes = minutes;
    this.#nowMs = nowMs;
    this.#cameAtMs = nowMs();
    this.#playback.onDelay = (kind, delayMs) => minutes.addDelay(nowMs(), kind, delayMs);
  }

  /** Another session begins; what its screen is to tell. */
  begin(nowMs: number): Required<Pick<ScreenOptions, 'playback' | 'lipSync'>> {
    this.#sessionFromMs = nowMs;
    this.#playback.begin();
    const playback: ScreenOptions['playback'] = {
      played: (atMs, kind, sentAtMs) => this.#played(atMs, kind, sentAtMs),
      lost: (kind, count) => this.#playback.lost(kind, count),
    };
    // What is stamped later is shown later.
    const lipSync = new LipSync(soundLaterMs => {
      const atMs = this.#nowMs();
      if (atMs - this.#sessionFromMs >= IN_STEP_AFTER_MS) this.#minutes.addSkew(atMs, -soundLaterMs);
    });
    return { playback, lipSync };
  }

  /** All gaps until `nowMs`, also one that lasts. */
  gaps(nowMs: number): readonly Gap[] {
    const who = { viewer: this.#viewer };
    const joinedAtMs = Math.max(...KINDS.map(kind => this.#playback.firstPlayedAtMs(kind) ?? nowMs));
    const isLate = joinedAtMs - this.#cameAtMs > JOIN_LIMIT_MS;
    const lasting = KINDS.flatMap(kind => {
      const fromMs = this.#playback.playedAtMs(kind);
      return fromMs === undefined || nowMs - fromMs <= INTERRUPTION_MS ? [] : [{ kind, fromMs, toMs: nowMs }];
    });
    return [
      ...(isLate ? [{ ...who, kind: 'join' as const, fromMs: this.#cameAtMs, toMs: joinedAtMs }] : []),
      ...[...this.#playback.interruptions, ...lasting].map(gap => ({ ...who, ...gap })),
    ];
  }

  #played(nowMs: number, kind: MediaKind, sentAtMs: number): void {
    const isFirst = this.#playback.firstPlayedAtMs(kind) === undefined;
    this.#playback.played(nowMs, kind, sentAtMs);
    if (kind === 'video' && isFirst) this.#minutes.addJoin(nowMs, nowMs - this.#cameAtMs);
  }
}
