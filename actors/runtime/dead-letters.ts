/** Messages that could not be delivered: counted all, logged seldom. */
import type { Clock } from '../../transports/clock.ts';
import { type Address, formatAddress } from './address.ts';
import type { Message } from './behaviour.ts';
import type { Counters } from './counters.ts';
import type { Log } from './log-entry.ts';

/** A path's dead letters come in bursts (all who knew it); one line a second shows that it happens, and to whom. */
const LOG_INTERVAL_MS = 1000;

/** Paths remembered for the interval above. Past it new paths go unlogged (still counted) until old ones expire. */
const MAX_PATHS = 1000;

export type DeadLetterReason = 'nobody there' | 'ended' | 'mailbox full' | 'no route';

interface Logged {
  readonly atMs: number;
  unlogged: number;
}

export class DeadLetters {
  readonly #clock: Clock;
  readonly #counters: Counters;
  readonly #log: Log;
  readonly #logged = new Map<string, Logged>();
  #isClosing = false;

  constructor(clock: Clock, counters: Counters, log: Log) {
    this.#clock = clock;
    this.#counters = counters;
    this.#log = log;
  }

  /** How many paths are remembered. */
  get size(): number {
    return this.#logged.size;
  }

  /** The whole system stops: letters to whoever has stopped already are to be expected, and only counted. */
  closing(): void {
    this.#isClosing = true;
  }

  note(to: Address, message: Message, reason: DeadLetterReason): void {
    this.#counters.deadLetters += 1;
    if (this.#isClosing) return;
    const nowMs = this.#clock.nowMs();
    // Every reply path is used once: one entry has to stand for all of them.
    const key = withoutReplyNumber(to.path);
    const logged = this.#logged.get(key);
    if (logged !== undefined && nowMs - logged.atMs < LOG_INTERVAL_MS) {
      logged.unlogged += 1;
      return;
    }
    if (logged === undefined && !this.#makeRoom(nowMs)) return;
    this.#logged.delete(key);
    this.#logged.set(key, { atMs: nowMs, unlogged: 0 });
    this.#log({
      level: isOrdinary(to, message, reason) ? 'debug' : 'warn',
      message: `dead letter: ${reason}`,
      path: to.path,
      to: formatAddress(to),
      type: message.type,
      unloggedBefore: logged?.unlogged ?? 0,
    });
  }

  /** The map keeps the order in which paths were logged, so that whatever has expired is at its front. */
  #makeRoom(nowMs: number): boolean {
    if (this.#logged.size < MAX_PATHS) return true;
    for (const [path, { atMs }] of this.#logged) {
      if (nowMs - atMs < LOG_INTERVAL_MS) break;
      this.#logged.delete(path);
    }
    return this.#logged.size < MAX_PATHS;
  }
}

/** The segment beneath which one-shot reply addresses and inboxes live; no actor may have this name. */
export const REPLY_SEGMENT = '~';

/**
 * Whoever asked is told that there is no answer, and knows better what that means. And news for one certain actor or
 * listener crosses with its leaving every day: a viewer goes as the publisher does, a page closes its event stream.
 */
function isOrdinary({ incarnation }: Address, message: Message, reason: DeadLetterReason): boolean {
  return 'replyTo' in message || (incarnation !== 0 && (reason === 'ended' || reason === 'nobody there'));
}

function withoutReplyNumber(path: string): string {
  const at = path.lastIndexOf(`/${REPLY_SEGMENT}/`);
  return at < 0 ? path : path.slice(0, at + 1 + REPLY_SEGMENT.length);
}
