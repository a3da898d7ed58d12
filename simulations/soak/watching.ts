/** What one student has had to see and hear, over all sessions, and what it adds to the minute that it happens in. */
import type { MediaKind } from '../../transports/rtp/codec.ts';
import type { MediaClient } from '../load/media-client.ts';
import { readMarkedPacket } from '../marked-packet.ts';
import { INTERRUPTION_MS, Playback } from '../playback.ts';
import { LipSync } from './lip-sync.ts';
import type { Minutes } from './minutes.ts';

/** Who has just come is shown the past first: see playback.ts. */
const CATCH_UP_MS = 3_000;
const KINDS: readonly MediaKind[] = ['audio', 'video'];

/** A time without picture or sound, by the clock of the clients. */
export interface Gap {
  readonly viewer: string;
  readonly stream: string;
  /** `join`: it came and there was nothing to see. */
  readonly kind: MediaKind | 'join';
  readonly fromMs: number;
  readonly toMs: number;
}

/** From its coming to its first picture nobody waits longer than this, if nothing is broken: the pages' own limit to connect is 15 s. */
export const JOIN_LIMIT_MS = 5_000;

export class Watching {
  readonly #viewer: string;
  readonly #stream: string;
  readonly #minutes: Minutes;
  readonly #nowMs: () => number;
  readonly #cameAtMs: number;
  readonly #playback = new Playback();
  #sessionFromMs = 0;
  #firstAtMs: number | undefined;

  constructor(viewer: string, stream: string, minutes: Minutes, nowMs: () => number) {
    this.#viewer = viewer;
    this.#stream = stream;
    this.#minutes = minutes;
    this.#nowMs = nowMs;
    this.#cameAtMs = nowMs();
  }

  /** Another session begins; what is played in it is to be told. */
  begin(nowMs: number): Pick<Playback, 'played' | 'lost'> {
    this.#sessionFromMs = nowMs;
    this.#playback.begin();
    return {
      played: (atMs, kind, sentAtMs) => this.#played(atMs, kind, sentAtMs),
      lost: (kind, count) => this.#playback.lost(kind, count),
    };
  }

  /** Hears the client's packets beside the screen, which has to listen already. */
  alsoHear(client: MediaClient): void {
    const lipSync = new LipSync();
    const screen = client.onRtp;
    client.onRtp = bytes => {
      const packet = readMarkedPacket(bytes);
      const skewMs = packet && lipSync.receive(this.#nowMs(), packet);
      if (skewMs !== undefined) this.#minutes.addSkew(this.#nowMs(), skewMs);
      screen?.(bytes);
    };
    client.onRtcp = bytes => lipSync.receiveRtcp(this.#nowMs(), bytes);
  }

  /** All gaps until `nowMs`, also one that lasts. */
  gaps(nowMs: number): readonly Gap[] {
    const who = { viewer: this.#viewer, stream: this.#stream };
    const joinedAtMs = this.#firstAtMs ?? nowMs;
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
    this.#playback.played(nowMs, kind, sentAtMs);
    if (kind === 'video' && this.#firstAtMs === undefined) {
      this.#firstAtMs = nowMs;
      this.#minutes.addJoin(nowMs, nowMs - this.#cameAtMs);
    }
    if (nowMs - this.#sessionFromMs >= CATCH_UP_MS) this.#minutes.addDelay(nowMs, kind, nowMs - sentAtMs);
  }
}
