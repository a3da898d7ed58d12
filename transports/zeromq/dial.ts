/** One endpoint that is to be linked: when to dial it, and when not to. */
import type { Random } from '../random.ts';
import { REDIAL_FIRST_MS, REDIAL_MAX_MS, REDIAL_REFUSED_MS, STEADY_MS } from './limits.ts';
import { isLasting, type LinkEnd } from './link-end.ts';

type State =
  | { readonly kind: 'waiting'; readonly atMs: number }
  /** A connection is there, on its way up or up. */
  | { readonly kind: 'connected'; upAtMs: number | undefined }
  /** The node behind it is linked by a connection that it has dialled itself. */
  | { readonly kind: 'linked otherwise' }
  /** It is this node. */
  | { readonly kind: 'ourselves' };

export class Dial {
  readonly endpoint: string;
  /** Who answered there last; undefined until somebody did. */
  node: string | undefined;
  readonly #random: Random;
  #state: State;
  /** Attempts in a row that led to no link, or to none that lasted. */
  #failures = 0;

  constructor(nowMs: number, endpoint: string, random: Random) {
    this.endpoint = endpoint;
    this.#random = random;
    this.#state = { kind: 'waiting', atMs: nowMs };
  }

  /** When to dial; undefined while there is no need to. */
  get dueAtMs(): number | undefined {
    return this.#state.kind === 'waiting' ? this.#state.atMs : undefined;
  }

  connecting(): void {
    this.#state = { kind: 'connected', upAtMs: undefined };
  }

  /** Its connection is a link now. */
  up(nowMs: number): void {
    if (this.#state.kind === 'connected') this.#state.upAtMs = nowMs;
  }

  /** Its connection has ended. `isLinked`: the node behind it has another link with us. */
  ended(nowMs: number, end: LinkEnd, isLinked: boolean): void {
    if (end.code === 'self') {
      this.#state = { kind: 'ourselves' };
    } else if (isLinked) {
      this.#state = { kind: 'linked otherwise' };
      this.#failures = 0;
    } else {
      const upAtMs = this.#state.kind === 'connected' ? this.#state.upAtMs : undefined;
      if (upAtMs !== undefined && nowMs - upAtMs >= STEADY_MS) this.#failures = 0;
      this.#wait(nowMs, isLasting(end) ? REDIAL_REFUSED_MS : redialMs(this.#failures));
      this.#failures += 1;
    }
  }

  /** A link has come up that somebody else dialled, with the node behind this endpoint. */
  linkedOtherwise(): void {
    if (this.#state.kind === 'waiting') this.#state = { kind: 'linked otherwise' };
  }

  /** The link that made dialling needless has gone. */
  needed(nowMs: number): void {
    if (this.#state.kind === 'linked otherwise') this.#wait(nowMs, REDIAL_FIRST_MS);
  }

  /** Between half of `ms` and all of it, so that nodes which lost a peer together do not come back together. */
  #wait(nowMs: number, ms: number): void {
    this.#state = { kind: 'waiting', atMs: nowMs + (ms * (1 + this.#random.unit())) / 2 };
  }
}

function redialMs(failures: number): number {
  return Math.min(REDIAL_MAX_MS, REDIAL_FIRST_MS * 2 ** Math.min(failures, 10));
}
