/** The sources that a peer sends from, each with the window that tells which of its packets have been seen. */
import { ReplayWindow } from '../replay-window.ts';

export interface ReceivedSource {
  readonly window: ReplayWindow;
  /** How many packets had been committed, of all sources, when one of this source last was. */
  heardAtPacket: number;
}

export class ReceivedSources {
  readonly #bySsrc = new Map<number, ReceivedSource>();
  readonly #maxSources: number;
  readonly #windowPackets: number;
  #packets = 0;

  /** At most `maxSources` at a time, each with a window of `windowPackets`. */
  constructor(maxSources: number, windowPackets: number) {
    this.#maxSources = maxSources;
    this.#windowPackets = windowPackets;
  }

  get(ssrc: number): ReceivedSource | undefined {
    return this.#bySsrc.get(ssrc);
  }

  /** Records an authenticated packet of `known`, or of a new source; false when that is one source too many. */
  commit(known: ReceivedSource | undefined, ssrc: number, index: number): boolean {
    const source = known ?? this.#add(ssrc);
    if (source === undefined) return false;
    source.window.commit(index);
    this.#packets += 1;
    source.heardAtPacket = this.#packets;
    return true;
  }

  #add(ssrc: number): ReceivedSource | undefined {
    if (this.#bySsrc.size >= this.#maxSources && !this.#forgetQuietest()) return undefined;
    const source = { window: new ReplayWindow(this.#windowPackets), heardAtPacket: this.#packets };
    this.#bySsrc.set(ssrc, source);
    return source;
  }

  /**
   * Forgets the source that was heard longest ago, if that was a whole window of packets ago: with it goes the memory of
   * what it sent, so that one in use must not be pushed out by a peer that makes up sources.
   */
  #forgetQuietest(): boolean {
    let quietest: number | undefined;
    let heardAtPacket = this.#packets - this.#windowPackets + 1;
    for (const [ssrc, source] of this.#bySsrc) {
      if (source.heardAtPacket >= heardAtPacket) continue;
      quietest = ssrc;
      heardAtPacket = source.heardAtPacket;
    }
    return quietest !== undefined && this.#bySsrc.delete(quietest);
  }
}
