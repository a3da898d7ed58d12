/** Messages cut into segments, which wait for room in the window. */
import { ByteCopier } from './byte-copier.ts';
import { Fifo } from './fifo.ts';
import { MAX_FRAGMENTS } from './options.ts';
import { type OutgoingSegment, outgoingSegment } from './outgoing-segment.ts';

export class SendQueue {
  readonly #segmentBytes: number;
  readonly #streamMode: boolean;
  readonly #segments = new Fifo<OutgoingSegment>();
  readonly #copier = new ByteCopier();

  constructor(segmentBytes: number, streamMode: boolean) {
    this.#segmentBytes = segmentBytes;
    this.#streamMode = streamMode;
  }

  get size(): number {
    return this.#segments.size;
  }

  /**
   * Copies `message` into segments and gives the number of bytes that were taken. That is all of them, unless the rest
   * would need more fragments than a message may have: then it is none, or in stream mode what filled up the last segment.
   */
  add(message: Uint8Array): number | 'too many fragments' {
    const joined = this.#streamMode ? this.#fillUpLast(message) : 0;
    const rest = joined === 0 ? message : message.subarray(joined);
    if (this.#streamMode && rest.length === 0) return joined;
    // An empty message is a segment too.
    const count = Math.max(1, Math.ceil(rest.length / this.#segmentBytes));
    if (count > MAX_FRAGMENTS) return joined > 0 ? joined : 'too many fragments';
    for (let index = 0; index < count; index += 1) {
      const start = index * this.#segmentBytes;
      const payload = this.#copier.copy(rest, start, Math.min(start + this.#segmentBytes, rest.length));
      this.#segments.push(outgoingSegment(payload, this.#streamMode ? 0 : count - 1 - index));
    }
    return message.length;
  }

  at(index: number): OutgoingSegment | undefined {
    return this.#segments.at(index);
  }

  shift(): OutgoingSegment | undefined {
    return this.#segments.shift();
  }

  #fillUpLast(message: Uint8Array): number {
    const { last } = this.#segments;
    if (last === undefined) return 0;
    const byteCount = Math.min(message.length, this.#segmentBytes - last.payload.length);
    if (byteCount === 0) return 0;
    const joined = new Uint8Array(last.payload.length + byteCount);
    joined.set(last.payload);
    joined.set(message.subarray(0, byteCount), last.payload.length);
    last.payload = joined;
    return byteCount;
  }
}
