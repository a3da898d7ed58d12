/** What is said of links to people: each thing once until it changes, since attempts are made again and again. */
import { isLasting, type LinkEnd } from './link-end.ts';
import type { Peer } from './node-link.ts';

export interface LinkLogEntry {
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  /** One line. */
  readonly message: string;
  readonly [fact: string]: unknown;
}

/** Names and endpoints that the last words are kept of. Past it all are forgotten, and said once more. */
const REMEMBERED_MAX = 1_000;

/** Strangers come in scans; one line in this time says that they do. */
const STRANGERS_INTERVAL_MS = 10_000;

export class LinkLog {
  readonly #write: (entry: LinkLogEntry) => void;
  readonly #lastWords = new Map<string, string>();
  #strangersSaid = 0;
  #strangersSaidAtMs = Number.NEGATIVE_INFINITY;

  constructor(write: (entry: LinkLogEntry) => void) {
    this.#write = write;
  }

  up({ node, incarnation, version, epoch, endpoint }: Peer): void {
    this.#lastWords.delete(node);
    if (endpoint !== undefined) this.#lastWords.delete(endpoint);
    this.#say({ level: 'info', message: `linked with ${node}`, node, incarnation, version, epoch });
  }

  down({ node, incarnation, epoch }: Peer, end: LinkEnd): void {
    const level = end.code === 'closed' ? 'info' : 'warn';
    this.#say({
      level,
      message: `link with ${node} ended: ${wordsOf(end)}`,
      node,
      incarnation,
      epoch,
      ...end,
    });
  }

  refused(endpoint: string | undefined, node: string | undefined, end: LinkEnd): void {
    const about = endpoint ?? node ?? '';
    const words = wordsOf(end);
    if (this.#lastWords.get(about) === words) return;
    if (this.#lastWords.size >= REMEMBERED_MAX) this.#lastWords.clear();
    this.#lastWords.set(about, words);
    const what = endpoint === undefined ? `no link with ${node ?? 'a node'}` : `cannot join ${endpoint}`;
    this.#say({ level: levelOf(end), message: `${what}: ${words}`, ...end, endpoint, node });
  }

  fault({ node }: Peer, words: string): void {
    this.#say({ level: 'error', message: `an item for ${node} was dropped: it ${words}`, node });
  }

  threw(peer: Peer, error: unknown): void {
    this.#say({ level: 'error', message: `a listener of the link with ${peer.node} threw: ${error}`, error });
  }

  /** `count`: all that there have been. */
  strangers(nowMs: number, count: number): void {
    if (count <= this.#strangersSaid || nowMs < this.#strangersSaidAtMs + STRANGERS_INTERVAL_MS) return;
    const more = count - this.#strangersSaid;
    this.#strangersSaid = count;
    this.#strangersSaidAtMs = nowMs;
    this.#say({
      level: 'warn',
      message: `refused ${more} ${more === 1 ? 'connection' : 'connections'} without the cluster's keys`,
      strangers: count,
    });
  }

  #say(entry: LinkLogEntry): void {
    try {
      this.#write(entry);
    } catch {
      // A log that fails must not take the links with it, and there is nowhere left to say so.
    }
  }
}

function wordsOf({ code, words }: LinkEnd): string {
  return words === '' ? code : words;
}

function levelOf(end: LinkEnd): LinkLogEntry['level'] {
  if (end.code === 'linked' || end.code === 'self') return 'debug';
  return isLasting(end) ? 'error' : 'warn';
}
