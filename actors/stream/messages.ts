/** What sessions and a stream's actor say to each other. */
import type { Address } from '../runtime/address.ts';

/** A publisher's media may flow: it takes the stream over. Answered by Published. */
export interface PublishStream {
  readonly type: 'publish';
  readonly stream: string;
  readonly session: string;
  readonly address: Address;
  /** The epoch has to be later than this. */
  readonly afterEpoch?: number;
  readonly replyTo: Address;
}

export interface Published {
  readonly type: 'published';
  readonly stream: Address;
  readonly epoch: number;
}

/** A viewer wants the stream. Answered by Subscribed. */
export interface Subscribe {
  readonly type: 'subscribe';
  readonly stream: string;
  readonly session: string;
  readonly address: Address;
  /** When another node wants it: the nodes that want it, the last one first. */
  readonly path?: readonly string[];
  /** When another core of this node wants it, for all its viewers: its shard, and the number it gives the stream. */
  readonly core?: { readonly shard: number; readonly number: number };
  readonly replyTo: Address;
}

/** A viewer that lives on wants the stream no more. */
export interface Unsubscribe {
  readonly type: 'unsubscribe';
  readonly address: Address;
}

export interface Subscribed {
  readonly type: 'subscribed';
  readonly stream: Address;
  readonly live: boolean;
}

/** To `stream-places`, from a stream's actor: where is it published? Answered by StreamPlace, now and at every change. */
export interface SeekPlace {
  readonly type: 'seek-place';
  readonly stream: string;
  readonly address: Address;
}

/** To `stream-places`: the stream is published on this shard; it hears of changes as if it had asked. */
export interface PlaceTaken {
  readonly type: 'place-taken';
  readonly stream: string;
  readonly shard: number;
  readonly epoch: number;
  readonly address: Address;
}

export interface PlaceVacated {
  readonly type: 'place-vacated';
  readonly stream: string;
  readonly address: Address;
}

/** To a stream's actor: the shard of this node on which the stream is published; without one, on none. */
export interface StreamPlace {
  readonly type: 'stream-place';
  readonly stream: string;
  readonly shard?: number;
  readonly epoch?: number;
}

/** To a publisher: another one has taken the stream over. */
export interface Replaced {
  readonly type: 'replaced';
}

/** To a viewer: the stream has a publisher again, or has none for now. */
export interface StreamActivity {
  readonly type: 'stream-activity';
  readonly stream: string;
  readonly active: boolean;
}

/** To a viewer: how long its player should hold the stream back for the jitter of its path, ms, 0 or more. */
export interface BufferTarget {
  readonly type: 'buffer-target';
  readonly stream: string;
  readonly targetMs: number;
}
