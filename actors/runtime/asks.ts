/** Questions with a deadline: each has a reply address of its own, which takes one message and is gone. */
import type { Clock } from '../../transports/clock.ts';
import type { Address } from './address.ts';
import type { Message } from './behaviour.ts';
import { REPLY_SEGMENT } from './dead-letters.ts';
import { type Destination, type Directory, Watchers } from './destination.ts';
import type { PostOffice } from './post-office.ts';

export type AskResult =
  | { readonly kind: 'answer'; readonly message: Message }
  | { readonly kind: 'timeout' }
  | { readonly kind: 'gone' };

export interface AsksOptions {
  readonly node: string;
  readonly root: string;
  readonly clock: Clock;
  readonly directory: Directory;
  readonly postOffice: PostOffice;
  readonly nextIncarnation: () => number;
}

export class Asks {
  readonly #options: AsksOptions;
  readonly #open = new Set<() => void>();

  constructor(options: AsksOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#open.size;
  }

  /** Calls `settle` once, perhaps before it returns; returns what makes it forget the question. */
  ask(to: Address, message: Message, timeoutMs: number, settle: (result: AskResult) => void): () => void {
    const { clock, directory, postOffice } = this.#options;
    const address = this.#replyAddress();
    let leaveLink: (() => void) | undefined;
    let open = true;
    const close = (): boolean => {
      if (!open) return false;
      open = false;
      timer.cancel();
      leaveLink?.();
      this.#open.delete(refuse);
      directory.delete(address.path);
      destination.watchers.tell('stopped');
      return true;
    };
    const refuse = () => {
      if (close()) settle({ kind: 'gone' });
    };
    const timer = clock.setTimer(timeoutMs, () => {
      if (close()) settle({ kind: 'timeout' });
    });
    const destination: Destination = {
      address,
      watchers: new Watchers(),
      accept(answer) {
        if (close()) settle({ kind: 'answer', message: answer });
        return true;
      },
      refuse,
    };
    directory.set(address.path, destination);
    this.#open.add(refuse);
    try {
      const epoch = postOffice.send(to, withReplyTo(message, address));
      if (open) leaveLink = epoch?.noteAsk(refuse);
    } catch (error) {
      // The message could not be copied: there is no question, and the fault is the asker's.
      close();
      throw error;
    }
    return () => void close();
  }

  /** Every open question is told that nobody will answer. */
  refuseAll(): void {
    for (const refuse of [...this.#open]) refuse();
  }

  #replyAddress(): Address {
    const { node, root, nextIncarnation } = this.#options;
    const incarnation = nextIncarnation();
    return { node, incarnation, path: `${root}/${REPLY_SEGMENT}/${incarnation}` };
  }
}

function withReplyTo(message: Message, replyTo: Address): Message {
  return { ...message, replyTo } as Message;
}
