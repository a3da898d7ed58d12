/** Which packets have just been sent again to one viewer, so that asking twice does not get them twice. */

/** As many as a viewer is sent in a second at most; a power of 2. One that takes another's place forgets it. */
const PLACES = 256;

export class RecentRepeats {
  readonly #sequenceNumbers = new Int32Array(PLACES).fill(-1);
  readonly #atMs = new Float64Array(PLACES);

  /** Whether the packet was sent again less than `spanMs` ago. */
  has(nowMs: number, sequenceNumber: number, spanMs: number): boolean {
    const place = sequenceNumber & (PLACES - 1);
    return this.#sequenceNumbers[place] === sequenceNumber && nowMs - this.#atMs[place]! < spanMs;
  }

  add(nowMs: number, sequenceNumber: number): void {
    const place = sequenceNumber & (PLACES - 1);
    this.#sequenceNumbers[place] = sequenceNumber;
    this.#atMs[place] = nowMs;
  }
}
