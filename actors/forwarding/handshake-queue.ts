/**
 * DTLS datagrams of sessions that are not connected yet. Most of them cost public-key work, a fraction of a millisecond each,
 * so that a class that joins at once would hold up everybody's media: they wait here, and a few are taken a turn.
 */

/**
 * Of one session: more than a client's whole flight, in pieces as small as any makes. What is beyond is lost, as on the way
 * here, and the client sends it again.
 */
export const DATAGRAMS_PER_SESSION_MAX = 16;
/** Of all sessions: what is done in about half a second, after which clients begin to send again anyway. */
export const DATAGRAMS_MAX = 2048;
/** Clients keep to what fits through their path; a hello with a post-quantum key share has 1.8 kB. */
export const DATAGRAM_MAX_BYTES = 4096;

export class HandshakeQueue<Session> {
  /** The session whose turn it is comes first. */
  readonly #waiting = new Map<Session, Uint8Array[]>();
  #size = 0;

  /** How many datagrams wait. */
  get size(): number {
    return this.#size;
  }

  /** Copies the datagram; false, when there is no room for it. */
  add(session: Session, datagram: Uint8Array): boolean {
    const before = this.#waiting.get(session);
    const isFull = this.#size >= DATAGRAMS_MAX || (before?.length ?? 0) >= DATAGRAMS_PER_SESSION_MAX;
    if (isFull || datagram.length > DATAGRAM_MAX_BYTES) return false;
    const copy = Uint8Array.from(datagram);
    if (before === undefined) this.#waiting.set(session, [copy]);
    else before.push(copy);
    this.#size += 1;
    return true;
  }

  /** One datagram of the session whose turn it is: they take turns, so that whoever sends many waits for them alone. */
  take(): { readonly session: Session; readonly datagram: Uint8Array } | undefined {
    for (const [session, datagrams] of this.#waiting) {
      const datagram = datagrams.shift()!;
      this.#size -= 1;
      this.#waiting.delete(session);
      if (datagrams.length > 0) this.#waiting.set(session, datagrams);
      return { session, datagram };
    }
    return undefined;
  }

  /** The session is gone. */
  forget(session: Session): void {
    this.#size -= this.#waiting.get(session)?.length ?? 0;
    this.#waiting.delete(session);
  }
}
