/**
 * What becomes of one track's packets when the queue that they go through fills: from the frame that finds no room on,
 * all are dropped until a keyframe finds room again. So the consumer gets whole frames that it can decode, and the
 * producer never waits.
 */
export interface Passing {
  readonly startsFrame: boolean;
  readonly startsKeyframe: boolean;
}

export class DropToKeyframe {
  #state: 'passing' | 'dropping' = 'passing';
  #sinceLastPassed = 0;
  #droppedPackets = 0;
  #droppedFrames = 0;

  get state(): 'passing' | 'dropping' {
    return this.#state;
  }

  get droppedPackets(): number {
    return this.#droppedPackets;
  }

  /** Frames that were dropped, those whose beginning had passed included. */
  get droppedFrames(): number {
    return this.#droppedFrames;
  }

  /**
   * Whether the packet passes. `hasRoom` says for the first packet of a frame whether a whole frame would find room, for
   * any other whether the packet does: a frame that has begun is cut short only by a queue without a single place.
   */
  admit(packet: Passing, hasRoom: boolean): boolean {
    if (this.#state === 'dropping' && packet.startsKeyframe && hasRoom) this.#state = 'passing';
    if (this.#state === 'passing' && hasRoom) return true;
    if (packet.startsFrame || this.#state === 'passing') this.#droppedFrames += 1;
    this.#state = 'dropping';
    this.#droppedPackets += 1;
    this.#sinceLastPassed += 1;
    return false;
  }

  /** How many were dropped since the last that passed; 0 from then on. Asked when a packet has passed. */
  takeDropped(): number {
    const dropped = this.#sinceLastPassed;
    this.#sinceLastPassed = 0;
    return dropped;
  }
}
