/** Takes messages and watches to where they belong: a destination of this system, or a link towards it. */
import { type Address, addressOf } from './address.ts';
import type { Message } from './behaviour.ts';
import type { Counters } from './counters.ts';
import { type DeadLetterReason, type DeadLetters, REPLY_SEGMENT } from './dead-letters.ts';
import type { Destination, Directory, OnDown } from './destination.ts';
import type { Link } from './link.ts';
import { type EpochOwner, LinkEpoch } from './link-epoch.ts';
import type { Routes } from './routes.ts';

export interface PostOfficeOptions {
  readonly node: string;
  readonly directory: Directory;
  readonly routes: Routes;
  readonly deadLetters: DeadLetters;
  readonly counters: Counters;
  /** Local messages too are copied as if they went to another thread. */
  readonly localCodec: boolean;
}

const nothing = () => {};

export class PostOffice {
  readonly #options: PostOfficeOptions;
  readonly #owner: EpochOwner = {
    message: (to, message, via) => this.send(to, message, via),
    gone: (to, via) => this.#gone(to, via),
    watch: (target, onDown, via) => this.watch(target, onDown, via),
    closed: epoch => this.#options.routes.remove(epoch),
  };

  constructor(options: PostOfficeOptions) {
    this.#options = options;
  }

  /**
   * At most once. Returns the link that it went over, if any. `via` is the link that it came over: it never goes back
   * that way, so that two systems which each take the other for the way do not play ball with it.
   */
  send(to: Address, message: Message, via?: LinkEpoch): LinkEpoch | undefined {
    const { directory, node, routes, localCodec } = this.#options;
    const local = to.node === node ? directory.get(to.path) : undefined;
    if (local !== undefined) {
      // What came over a link has been copied already.
      const copy = localCodec && via === undefined ? structuredClone(message) : message;
      if (!isMeant(to, local)) this.#dead(to, message, 'ended');
      else if (!local.accept(copy)) this.#overflow(to, message);
      return undefined;
    }
    const epoch = routes.find(to);
    if (epoch === undefined || epoch === via) {
      this.#dead(to, message, to.node === node ? 'nobody there' : 'no route');
      return undefined;
    }
    epoch.post({ kind: 'message', to, message });
    return epoch;
  }

  /** Calls `onDown` once, perhaps before it returns; returns what takes the watch back. */
  watch(target: Address, onDown: OnDown, via?: LinkEpoch): () => void {
    const { directory, node, routes } = this.#options;
    const local = target.node === node ? directory.get(target.path) : undefined;
    if (local !== undefined && isMeant(target, local)) return local.watchers.add(onDown);
    const epoch = local === undefined ? routes.find(target) : undefined;
    if (epoch !== undefined && epoch !== via) return epoch.watch(target, onDown);
    onDown(target.node === node ? 'stopped' : 'no connection');
    return nothing;
  }

  /** A letter that waited in the mailbox of an actor which has ended. */
  unread(to: Address, message: Message): void {
    this.#dead(to, message, 'ended');
  }

  /** If `message` is an `ask`, tells the asker that nobody will answer it. */
  refuse(message: Message): void {
    const replyTo = oneShotOf(message);
    if (replyTo !== undefined) this.#gone(replyTo);
  }

  attachPrefix(prefix: string, link: Link): void {
    const { routes } = this.#options;
    routes.prefix(prefix)?.close();
    const epoch = new LinkEpoch(link, this.#owner);
    routes.setPrefix(prefix, epoch);
    epoch.begin();
  }

  attachNode(node: string, link: Link): void {
    const { routes } = this.#options;
    routes.node(node)?.close();
    const epoch = new LinkEpoch(link, this.#owner);
    routes.setNode(node, epoch);
    epoch.begin();
  }

  attachDefault(link: Link): void {
    const { routes } = this.#options;
    routes.default?.close();
    const epoch = new LinkEpoch(link, this.#owner);
    routes.default = epoch;
    epoch.begin();
  }

  #overflow(to: Address, message: Message): void {
    this.#options.counters.mailboxOverflows += 1;
    this.#dead(to, message, 'mailbox full');
  }

  #dead(to: Address, message: Message, reason: DeadLetterReason): void {
    this.#options.deadLetters.note(to, message, reason);
    this.refuse(message);
  }

  #gone(to: Address, via?: LinkEpoch): void {
    const { directory, node, routes } = this.#options;
    const local = to.node === node ? directory.get(to.path) : undefined;
    if (local !== undefined) {
      if (isMeant(to, local)) local.refuse?.();
      return;
    }
    const epoch = routes.find(to);
    if (epoch !== via) epoch?.post({ kind: 'gone', to });
  }
}

function isMeant({ incarnation }: Address, { address }: Destination): boolean {
  return incarnation === 0 || incarnation === address.incarnation;
}

/** The reply address in a message that an `ask` sent; other messages may have a `replyTo` too, of an actor. */
function oneShotOf(message: Message): Address | undefined {
  const { replyTo } = message as { readonly replyTo?: Partial<Address> | null };
  if (typeof replyTo !== 'object' || replyTo === null) return undefined;
  const { node, path, incarnation } = replyTo;
  if (typeof node !== 'string' || typeof path !== 'string' || typeof incarnation !== 'number')
    return undefined;
  return path.includes(`/${REPLY_SEGMENT}/`) ? { ...addressOf(node, path), incarnation } : undefined;
}
