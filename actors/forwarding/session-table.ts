/** The sessions of a shard, found by their id, by the path their datagrams come along, or by their ICE fragment. */

import { type Path, pathKey } from '../../transports/udp/path.ts';
import type { Peer } from '../../transports/webrtc/peer.ts';
import type { Address } from '../runtime/address.ts';
import type { Publisher } from './publisher.ts';
import type { Viewer } from './viewer.ts';

/** Paths that one peer has proved to be its own; a phone has three or four, and old ones are forgotten first. */
const MAX_PATHS = 16;
/** ICE generations whose fragment still leads here: the current one and, while a restart is under way, the one before. */
const MAX_FRAGMENTS = 2;

export interface MediaSession {
  readonly id: string;
  /** The session's actor. */
  readonly owner: Address;
  readonly peer: Peer;
  readonly fragments: string[];
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

  get size(): number {
    return this.#byId.size;
  }

  /** Entries in all the maps: 0 once every session is gone. */
  get entries(): number {
    return this.#byId.size + this.#byPath.size + this.#byFragment.size;
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
    for (const fragment of session.fragments) this.#byFragment.set(fragment, session);
  }

  addFragment(session: MediaSession, fragment: string): void {
    session.fragments.push(fragment);
    this.#byFragment.set(fragment, session);
    while (session.fragments.length > MAX_FRAGMENTS) this.#byFragment.delete(session.fragments.shift()!);
  }

  /** An authentic check came along `path`: from now on it leads to this session, whomever it led to before. */
  addPath(session: MediaSession, path: Path): void {
    const key = pathKey(path);
    const before = this.#byPath.get(key);
    if (before === session) return;
    if (before !== undefined) before.paths.splice(before.paths.indexOf(key), 1);
    session.paths.push(key);
    this.#byPath.set(key, session);
    while (session.paths.length > MAX_PATHS) this.#byPath.delete(session.paths.shift()!);
  }

  delete(session: MediaSession): void {
    this.#byId.delete(session.id);
    for (const fragment of session.fragments) this.#byFragment.delete(fragment);
    for (const path of session.paths) this.#byPath.delete(path);
  }
}
