/** The sessions of a shard, found by their id, by the path their datagrams come along, or by their ICE fragment. */

import { type Path, pathKey } from '../../transports/udp/path.ts';
import type { Peer } from '../../transports/webrtc/peer.ts';
import type { Address } from '../runtime/address.ts';
import type { Publisher } from './publisher.ts';
import type { Viewer } from './viewer.ts';

/** Paths by which one peer's checks came; a phone has three or four, and the longest unused are forgotten first. */
export const MAX_PATHS = 16;
/**
 * How long after its last check a session keeps its selected path against another session's checks, which anybody with
 * a session can send from a forged source. Long enough for two lost checks of a browser's, which come every 2.5 s, or
 * one of the slowest client's (RFC 7675 section 5.1); and a path that really changed hands is free soon.
 */
export const PATH_KEPT_MS = 10_000;

export interface MediaSession {
  readonly id: string;
  /** The session's actor. */
  readonly owner: Address;
  readonly peer: Peer;
  /** As the table holds them; the table alone changes them. */
  fragments: readonly string[];
  /** Keys of paths, the last used last; the table alone changes them. */
  readonly paths: string[];
  /** What it publishes or views, once it does. */
  stream: string | undefined;
  publisher: Publisher | undefined;
  viewer: Viewer | undefined;
}

export class SessionTable {
  readonly #byId = new Map<string, MediaSession>();
  readonly #byPath = new Map<string, MediaSession>();
  readonly #byFragment = new Map<string, MediaSession>();
  /** Of the sessions that are gone. */
  #packetsOverCapBefore = 0;

  get size(): number {
    return this.#byId.size;
  }

  /** Entries in all the maps: 0 once every session is gone. */
  get entries(): number {
    return this.#byId.size + this.#byPath.size + this.#byFragment.size;
  }

  /** What publishers sent above their cap since the beginning, also those that are gone. */
  get packetsOverCap(): number {
    let sum = this.#packetsOverCapBefore;
    for (const { publisher } of this.all()) sum += publisher?.counters.rtpOverCap ?? 0;
    return sum;
  }

  all(): Iterable<MediaSession> {
    return this.#byId.values();
  }

  get(id: string): MediaSession | undefined {
    return this.#byId.get(id);
  }

  byPath(path: Path): MediaSession | undefined {
    return this.#byPath.get(pathKey(path));
  }

  byFragment(fragment: string): MediaSession | undefined {
    return this.#byFragment.get(fragment);
  }

  add(session: MediaSession): void {
    this.#byId.set(session.id, session);
    this.refreshFragments(session);
  }

  /** Its peer may answer for other fragments than before: from now on exactly those lead here. */
  refreshFragments(session: MediaSession): void {
    const { localFragments } = session.peer;
    // As for nearly every check.
    if (areSame(session.fragments, localFragments)) return;
    for (const fragment of session.fragments) this.#byFragment.delete(fragment);
    session.fragments = localFragments;
    for (const fragment of session.fragments) this.#byFragment.set(fragment, session);
  }

  /**
   * An authentic check came along `path`: from now on it leads to this session. Not so, and false, while another session
   * has it in use.
   */
  addPath(nowMs: number, session: MediaSession, path: Path): boolean {
    const key = pathKey(path);
    const owner = this.#byPath.get(key);
    if (owner === session && session.paths.at(-1) === key) return true;
    if (owner !== undefined && owner !== session && isInUse(nowMs, owner, key)) return false;
    if (owner !== undefined) owner.paths.splice(owner.paths.indexOf(key), 1);
    session.paths.push(key);
    this.#byPath.set(key, session);
    if (session.paths.length > MAX_PATHS) this.#forgetPath(session);
    return true;
  }

  delete(session: MediaSession): void {
    if (this.#byId.delete(session.id))
      this.#packetsOverCapBefore += session.publisher?.counters.rtpOverCap ?? 0;
    for (const fragment of session.fragments) this.#byFragment.delete(fragment);
    for (const path of session.paths) this.#byPath.delete(path);
  }

  /** The path that went unused for longest, but never the one that media takes. */
  #forgetPath({ paths, peer }: MediaSession): void {
    const selected = peer.path && pathKey(peer.path);
    const [forgotten] = paths.splice(paths[0] === selected ? 1 : 0, 1);
    this.#byPath.delete(forgotten!);
  }
}

function areSame(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((one, i) => one === b[i]);
}

function isInUse(nowMs: number, { peer }: MediaSession, key: string): boolean {
  const { path, lastConsentAtMs } = peer;
  if (peer.state === 'ended' || path === undefined || lastConsentAtMs === undefined) return false;
  return pathKey(path) === key && nowMs - lastConsentAtMs < PATH_KEPT_MS;
}
