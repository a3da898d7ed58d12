/**
 * When a peer's datagrams come by another path: its NAT has forgotten it, or its address has changed. Anybody can send a
 * datagram of the peer's on from an address of his own, so the link moves only once the peer has repeated a number that
 * was sent to the new one (as in RFC 9000 section 9.3). Until then everything goes where it went.
 */
import { type Path, samePath } from '../udp/path.ts';

/** Between two challenges by one path, each in answer to a datagram that is no shorter. One may be lost. */
const CHALLENGE_INTERVAL_MS = 200;

export class PathChange {
  #candidate: { readonly path: Path; readonly number: number; sentAtMs: number } | undefined;
  #challenges = 0;

  /**
   * An authentic datagram, later than all before, has come by another path than the link's. Gives the number to challenge
   * that path with, if it is time for one.
   */
  heardFrom(nowMs: number, path: Path): number | undefined {
    const known = this.#candidate;
    if (known !== undefined && samePath(known.path, path)) {
      if (nowMs - known.sentAtMs < CHALLENGE_INTERVAL_MS) return undefined;
      known.sentAtMs = nowMs;
      return known.number;
    }
    this.#challenges += 1;
    this.#candidate = { path, number: this.#challenges, sentAtMs: nowMs };
    return this.#challenges;
  }

  /** The latest datagram came by the link's own path: the other one was not the peer's, or is not any more. */
  stayed(): void {
    this.#candidate = undefined;
  }

  /** Whether the peer has shown that it is at the other end of `path`; then the link goes on there. */
  isProvenBy(number: number | undefined, path: Path): boolean {
    const known = this.#candidate;
    if (known === undefined || number !== known.number || !samePath(known.path, path)) return false;
    this.#candidate = undefined;
    return true;
  }
}
