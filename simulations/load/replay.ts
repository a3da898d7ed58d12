/**
 * A recording (recording.ts) played over and over: which packet is due when. A keyframe that is asked for is the recording's
 * first, in place of the next frame. Made for a publisher: a core without clock.
 */
import type { RecordedPacket } from './recording.ts';

/** Between the last packet of a round and the first of the next: what a frame takes. */
const ROUND_GAP_MS = 1000 / 30;

export interface DuePacket extends RecordedPacket {
  /** Of video: a frame begins with it. */
  readonly beginsFrame: boolean;
}

export class Replay {
  readonly #packets: readonly RecordedPacket[];
  readonly #keyframe: readonly RecordedPacket[];
  readonly #roundMs: number;
  #roundBeganAtMs: number;
  #next = 0;
  /** What is still to be sent of a keyframe that was asked for. */
  #inserted: RecordedPacket[] = [];
  /** The frame in whose place that is. */
  #isLeavingOut = false;
  #isFrameOpen = false;

  /** `packets` begin with a keyframe; without `audio` the sound is left out. Throws a RangeError for one without. */
  constructor(packets: readonly RecordedPacket[], audio: boolean, beginAtMs: number) {
    this.#packets = audio ? packets : packets.filter(({ kind }) => kind === 'video');
    const video = packets.filter(({ kind }) => kind === 'video');
    const end = video.findIndex(({ endsFrame }) => endsFrame);
    if (end < 0 || !video[0]!.beginsKeyframe)
      throw new RangeError('a recording that begins with no keyframe');
    this.#keyframe = video.slice(0, end + 1);
    this.#roundMs = packets.at(-1)!.atMs + ROUND_GAP_MS;
    this.#roundBeganAtMs = beginAtMs;
  }

  get dueAtMs(): number {
    return this.#roundBeganAtMs + this.#packets[this.#next]!.atMs;
  }

  /** What is due now; `isKeyframeAsked` until one has begun. Undefined for a packet that is left out. */
  take(isKeyframeAsked: boolean): DuePacket | undefined {
    const inserted = this.#inserted.shift();
    if (inserted !== undefined) return this.#sent(inserted);
    const packet = this.#packets[this.#next]!;
    const isNewFrame = packet.kind === 'video' && !this.#isFrameOpen && !this.#isLeavingOut;
    if (isNewFrame && isKeyframeAsked && !packet.beginsKeyframe) {
      this.#inserted = [...this.#keyframe];
      this.#isLeavingOut = true;
      return this.take(false);
    }
    this.#goOn();
    if (packet.kind === 'audio' || !this.#isLeavingOut) return this.#sent(packet);
    this.#isLeavingOut = !packet.endsFrame;
    return undefined;
  }

  #sent(packet: RecordedPacket): DuePacket {
    const beginsFrame = packet.kind === 'video' && !this.#isFrameOpen;
    if (packet.kind === 'video') this.#isFrameOpen = !packet.endsFrame;
    return { ...packet, beginsFrame };
  }

  #goOn(): void {
    this.#next += 1;
    if (this.#next < this.#packets.length) return;
    this.#next = 0;
    this.#roundBeganAtMs += this.#roundMs;
  }
}
