/** Sends frames at a steady rate and notes how long each takes to come back into this process. */
import { systemClock } from '../../transports/clock.ts';

export interface Measured {
  /** One for each frame that came, in milliseconds from the call that sent it; of a frame that comes twice, the first. */
  readonly delaysMs: readonly number[];
  readonly lost: number;
}

export interface CameraOptions {
  readonly framesPerSecond: number;
  /** Frames that are sent first and not counted. */
  readonly warmUpFrames: number;
  readonly frames: number;
  /** When the first is sent, by the clock's `nowMs`. */
  readonly startAtMs: number;
  send(number: number, atMs: number, kind: 'keyframe' | 'delta'): void;
}

/** How long frames may be on their way before they count as lost. */
const LATE_MS = 500;
const FRAMES_PER_KEYFRAME = 60;

export class Camera {
  readonly #options: CameraOptions;
  readonly #sentAtMs: number[] = [];
  readonly #delayMs: (number | undefined)[] = [];

  constructor(options: CameraOptions) {
    this.#options = options;
  }

  /** Resolves when all are sent, and those that were late have had their time. */
  run(): Promise<Measured> {
    return new Promise(resolve => this.#sendNext(0, resolve));
  }

  /** A frame has come. */
  received(number: number): void {
    const sentAtMs = this.#sentAtMs[number];
    if (sentAtMs !== undefined) this.#delayMs[number] ??= systemClock.nowMs() - sentAtMs;
  }

  #sendNext(number: number, done: (measured: Measured) => void): void {
    const { framesPerSecond, warmUpFrames, frames, startAtMs, send } = this.#options;
    if (number === warmUpFrames + frames) {
      systemClock.setTimer(LATE_MS, () => done(this.#measured()));
      return;
    }
    const dueAtMs = startAtMs + (number * 1000) / framesPerSecond;
    systemClock.setTimer(dueAtMs - systemClock.nowMs(), () => {
      this.#sentAtMs[number] = systemClock.nowMs();
      send(number, dueAtMs, number % FRAMES_PER_KEYFRAME === 0 ? 'keyframe' : 'delta');
      this.#sendNext(number + 1, done);
    });
  }

  #measured(): Measured {
    const { warmUpFrames, frames } = this.#options;
    const delaysMs = this.#delayMs.slice(warmUpFrames).filter(delayMs => delayMs !== undefined);
    return { delaysMs, lost: frames - delaysMs.length };
  }
}
