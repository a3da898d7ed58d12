/** A mailbox outside any actor: what an HTTP handler listens at. */
import type { Address } from './address.ts';
import type { Message } from './behaviour.ts';
import { type Directory, Watchers } from './destination.ts';
import { Mailbox, type MailboxOptions } from './mailbox.ts';
import type { PostOffice } from './post-office.ts';

export interface Inbox {
  readonly address: Address;
  /** Those who watch it are told `stopped`; what still waits becomes dead letters. */
  close(): void;
}

export interface InboxOptions extends Omit<MailboxOptions<Message>, 'name'> {
  readonly address: Address;
  readonly directory: Directory;
  readonly postOffice: PostOffice;
  readonly onClosed: (inbox: Inbox) => void;
}

/** Puts it into the directory; limited like an actor's mailbox, and one message a turn. */
export function openInbox(options: InboxOptions): Inbox {
  const { address, directory, postOffice } = options;
  const mailbox = new Mailbox<Message>({ ...options, name: `inbox.${address.incarnation}` });
  const watchers = new Watchers();
  directory.set(address.path, { address, watchers, accept: message => mailbox.offer(message) });
  let open = true;
  const inbox: Inbox = {
    address,
    close() {
      if (!open) return;
      open = false;
      directory.delete(address.path);
      for (const message of mailbox.close()) postOffice.unread(address, message);
      watchers.tell('stopped');
      options.onClosed(inbox);
    },
  };
  return inbox;
}
