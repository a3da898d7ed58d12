/**
 * Whether a publisher is speaking, from the loudness that its packets tell of themselves (RFC 6464), without decoding
 * anything.
 *
 * Loud packets raise a score by their duration, all others and gaps lower it at half that rate: speaking begins when the
 * score has reached the attack time, and ends when it has run out. Loud is what stands out above the noise, which is the
 * least level of the last two seconds, since speech has pauses and noise has none; with a hysteresis in the level too.
 */
import type { Deadline } from '../../transports/clock.ts';
import { timestampDifference } from '../../transports/rtp/sequence.ts';
import { SlidingMinimum } from '../../transports/sliding-minimum.ts';
import { CLOCK_RATES } from './stream-clock.ts';

/** Longer than a cough or a knock on the table, shorter than a "yes". */
const ATTACK_MS = 150;
/** The score falls by so much a ms: speech of which a third is loud goes on. */
const FALL_RATE = 0.5;
/** Bounds the release to 900 ms: the pauses between words and between most sentences are shorter. */
const MOST_SCORE_MS = 450;

/** Above the noise: to count while silent, and while speaking. */
const BEGIN_ABOVE_NOISE_DB = 12;
const GO_ON_ABOVE_NOISE_DB = 9;
/** What the noise is taken to be at least and at most: a quiet room with a good microphone, and a train. */
const LEAST_NOISE_DBOV = -65;
const MOST_NOISE_DBOV = -35;
/** The noise is the least level of 20 steps of 100 ms. */
const NOISE_STEP_MS = 100;
const NOISE_STEPS = 20;
/** What the client's own voice detector calls speech is heard from here on. */
const LEAST_VOICE_DBOV = -60;

/** How fast the level that is shown follows, up and down: time constants. */
const LEVEL_ATTACK_MS = 50;
const LEVEL_RELEASE_MS = 300;
const SILENCE_DBOV = -127;
/** Opus in discontinuous transmission sends a packet every 400 ms; past this nothing is being sent. */
const SILENT_AFTER_MS = 1000;

/** The longest packet of Opus (RFC 7587 section 6.1: maxptime); a step past this is a gap before a packet as usual. */
const LONGEST_PACKET_MS = 120;
const USUAL_PACKET_MS = 20;
/** A packet behind by no more than this is late; past it the timestamps have begun anew. */
const LATEST_MS = 2000;

const unitsPerMs = CLOCK_RATES.audio / 1000;

export class SpeakerActivity {
  readonly #noise = new SlidingMinimum(NOISE_STEPS);
  /** The duration of all packets so far, which places them in the window of the noise. */
  #heardMs = 0;
  #score = 0;
  #levelDbov = SILENCE_DBOV;
  #isSpeaking = false;
  #wasSpeaking = false;
  /** Of the newest packet; none at first. */
  #lastAtMs: number | undefined;
  #lastTimestamp = 0;
  /** The voice flag has been seen set, and unset: before both, it may be one that the client never touches. */
  #seenVoice = false;
  #seenNoVoice = false;

  get isSpeaking(): boolean {
    return this.#isSpeaking;
  }

  /** The smoothed level, -127 (silence) to 0. */
  get levelDbov(): number {
    return this.#levelDbov;
  }

  /** Whether `isSpeaking` is another than when this was asked last; at first it is false. */
  takeChange(): boolean {
    const changed = this.#isSpeaking !== this.#wasSpeaking;
    this.#wasSpeaking = this.#isSpeaking;
    return changed;
  }

  /** A packet of audio with the level that it has, in any order; `timestamp` at 48 kHz, extended or not. */
  receive(nowMs: number, timestamp: number, voice: boolean, levelDbov: number): void {
    const durationMs = this.#step(nowMs, timestamp);
    if (durationMs === 0) return;
    this.#lastAtMs = nowMs;
    this.#lastTimestamp = timestamp;
    this.#heardMs += durationMs;
    this.#noise.put(Math.floor(this.#heardMs / NOISE_STEP_MS), Math.max(LEAST_NOISE_DBOV, levelDbov));
    if (voice) this.#seenVoice = true;
    else this.#seenNoVoice = true;
    const timeConstantMs = levelDbov > this.#levelDbov ? LEVEL_ATTACK_MS : LEVEL_RELEASE_MS;
    this.#levelDbov += ((levelDbov - this.#levelDbov) * durationMs) / (durationMs + timeConstantMs);
    if (this.#isLoud(voice, levelDbov)) this.#score = Math.min(MOST_SCORE_MS, this.#score + durationMs);
    else this.#fall(durationMs);
    if (this.#score >= ATTACK_MS) this.#isSpeaking = true;
  }

  deadline(): Deadline | undefined {
    if (this.#lastAtMs === undefined) return undefined;
    return this.#isSpeaking
      ? { atMs: this.#lastAtMs + this.#score / FALL_RATE, reason: 'the speaker has stopped' }
      : { atMs: this.#lastAtMs + SILENT_AFTER_MS, reason: 'no sound is sent' };
  }

  /** Time has passed, perhaps without packets. */
  advance(nowMs: number): void {
    if (this.#lastAtMs === undefined) return;
    if (this.#isSpeaking && nowMs >= this.#lastAtMs + this.#score / FALL_RATE)
      this.#fall(MOST_SCORE_MS / FALL_RATE);
    if (nowMs >= this.#lastAtMs + SILENT_AFTER_MS) this.#fallSilent();
  }

  /** What comes next is of another source; until then there is silence. */
  restart(): void {
    this.#fallSilent();
    this.#noise.clear();
    this.#seenVoice = false;
    this.#seenNoVoice = false;
  }

  #fallSilent(): void {
    this.#score = 0;
    this.#isSpeaking = false;
    this.#levelDbov = SILENCE_DBOV;
    this.#lastAtMs = undefined;
  }

  /** How long the packet is, ms, after what is missing before it has lowered the score; 0 for one that is late. */
  #step(nowMs: number, timestamp: number): number {
    if (this.#lastAtMs === undefined) return USUAL_PACKET_MS;
    const stepMs = timestampDifference(timestamp, this.#lastTimestamp) / unitsPerMs;
    if (stepMs <= 0 && stepMs > -LATEST_MS) return 0;
    if (stepMs > 0 && stepMs <= LONGEST_PACKET_MS) return stepMs;
    // Timestamps that jump without time having passed are no gap.
    const sinceMs = nowMs - this.#lastAtMs;
    this.#fall(Math.max(0, (stepMs > 0 ? Math.min(stepMs, sinceMs) : sinceMs) - USUAL_PACKET_MS));
    return USUAL_PACKET_MS;
  }

  #isLoud(voice: boolean, levelDbov: number): boolean {
    if (this.#seenVoice && this.#seenNoVoice) return voice && levelDbov >= LEAST_VOICE_DBOV;
    const noiseDbov = Math.min(MOST_NOISE_DBOV, this.#noise.least ?? LEAST_NOISE_DBOV);
    return levelDbov >= noiseDbov + (this.#isSpeaking ? GO_ON_ABOVE_NOISE_DB : BEGIN_ABOVE_NOISE_DB);
  }

  #fall(durationMs: number): void {
    this.#score = Math.max(0, this.#score - durationMs * FALL_RATE);
    if (this.#score === 0) this.#isSpeaking = false;
  }
}
