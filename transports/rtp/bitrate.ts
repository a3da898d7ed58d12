/** How much passes a second, over the last second. */

/** Long enough to level out a keyframe's burst, short enough to show a change while somebody watches. */
const windowMs = 1000;
/** The window slides in steps of a twentieth: 5 % is as exact as a rate that changes all the time needs to be. */
const bucketCount = 20;
const bucketMs = windowMs / bucketCount;

export class RateMeter {
  readonly #bytes = new Float64Array(bucketCount);
  readonly #packets = new Float64Array(bucketCount);
  #bytesInWindow = 0;
  #packetsInWindow = 0;
  /** The running number of the bucket that is being filled. */
  #bucket = 0;

  /** One packet passed. Time never goes back. */
  add(nowMs: number, byteLength: number): void {
    this.#slide(nowMs);
    const place = this.#bucket % bucketCount;
    this.#bytes[place]! += byteLength;
    this.#packets[place]! += 1;
    this.#bytesInWindow += byteLength;
    this.#packetsInWindow += 1;
  }

  /** Rises over the first second, and falls to 0 over the last. */
  bytesPerSecond(nowMs: number): number {
    this.#slide(nowMs);
    return (this.#bytesInWindow * 1000) / this.#coveredMs(nowMs);
  }

  packetsPerSecond(nowMs: number): number {
    this.#slide(nowMs);
    return (this.#packetsInWindow * 1000) / this.#coveredMs(nowMs);
  }

  /** The full buckets and the part of the last one that has passed. */
  #coveredMs(nowMs: number): number {
    return windowMs - bucketMs + (nowMs - this.#bucket * bucketMs);
  }

  #slide(nowMs: number): void {
    const bucket = Math.floor(nowMs / bucketMs);
    const first = Math.max(this.#bucket + 1, bucket - bucketCount + 1);
    for (let emptied = first; emptied <= bucket; emptied += 1) {
      const place = emptied % bucketCount;
      this.#bytesInWindow -= this.#bytes[place]!;
      this.#packetsInWindow -= this.#packets[place]!;
      this.#bytes[place] = 0;
      this.#packets[place] = 0;
    }
    this.#bucket = bucket;
  }
}
