/** What actor systems say to each other over a link, and what a link has to be. */
import type { Address } from './address.ts';
import type { DownReason, Message } from './behaviour.ts';

/**
 * A way to another system: a MessagePort, a socket, a queue of a simulation. It keeps the order of what is posted,
 * delivers each envelope at most once, and loses none but those at the end, when it closes. A link that comes up
 * again is a new link: it is attached anew, and everything that hung on the old one has been told so.
 */
export interface Link {
  /** Never throws; after the link has closed it does nothing. */
  post(envelope: Envelope): void;
  /** Called once, when the link is attached. `onClosed` is to be called once, and no envelope after it. */
  listen(onEnvelope: (envelope: Envelope) => void, onClosed: () => void): void;
}

export type Envelope = MessageEnvelope | GoneEnvelope | WatchEnvelope | UnwatchEnvelope | DownEnvelope;

export interface MessageEnvelope {
  readonly kind: 'message';
  readonly to: Address;
  readonly message: Message;
}

/** To a one-shot reply address: whoever was asked will not answer. */
export interface GoneEnvelope {
  readonly kind: 'gone';
  readonly to: Address;
}

/** Asks for one DownEnvelope of this number when `target` is gone; at once if it is gone already. */
export interface WatchEnvelope {
  readonly kind: 'watch';
  /** Chosen by the watching side, and used once. */
  readonly watch: number;
  readonly target: Address;
}

export interface UnwatchEnvelope {
  readonly kind: 'unwatch';
  readonly watch: number;
}

export interface DownEnvelope {
  readonly kind: 'down';
  readonly watch: number;
  readonly reason: DownReason;
}
