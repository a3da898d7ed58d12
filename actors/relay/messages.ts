/** What a stream's actor and the relay links say to each other. */
import type { Address } from '../runtime/address.ts';

/** Another node, and where its relay port is. */
export interface RelayPeer {
  readonly node: string;
  readonly address: string;
  readonly port: number;
}

/** To `relays`: get this stream from `parent`, once, whatever the audience. Answered by Fetched or FetchFailed. */
export interface Fetch {
  readonly type: 'fetch';
  readonly stream: string;
  readonly parent: RelayPeer;
  /** The nodes that want it, from the last one up to this: a parent that is among them refuses (no loops). */
  readonly path: readonly string[];
  /** It comes from another parent already: answered once this one has taken over from that. */
  readonly trial?: Trial;
  /** The stream's actor. */
  readonly address: Address;
  readonly replyTo: Address;
}

/**
 * How one parent takes over from another that still delivers, without a gap in either case: one that is `better` as soon as it
 * has caught up; a `spare` only while the other one says nothing, and it fails when that is heard.
 */
export type Trial = 'better' | 'spare';

export interface Fetched {
  readonly type: 'fetched';
  readonly link: Address;
  /** The parent's node. */
  readonly parent: string;
}

export interface FetchFailed {
  readonly type: 'fetch-failed';
  readonly reason: string;
}

/** To the relay link that fetches: nobody here wants the stream any more. */
export interface Unfetch {
  readonly type: 'unfetch';
  readonly stream: string;
}

/** To the stream's actor: its parent has stopped sending it. */
export interface FetchEnded {
  readonly type: 'fetch-ended';
  /** The parent's node. */
  readonly parent: string;
  readonly reason: string;
}

/** To the stream's actor: its parent may be gone; that is not sure yet. */
export interface ParentSuspected {
  readonly type: 'parent-suspected';
  /** The parent's node. */
  readonly parent: string;
  /** `lost`: its process seems to have gone; `quiet`: nothing is heard of it, which the line between may be the reason of. */
  readonly because: 'lost' | 'quiet';
}

/** From the media plane to `relays`: a node has opened a link to this one. */
export interface LinkAccepted {
  readonly type: 'link-accepted';
  readonly link: number;
  readonly peer: { readonly node: string; readonly incarnation: number };
}

/** From the actor of a relay link to itself: to look again whether there is a link to the peer's own actors. */
export interface WatchPeer {
  readonly type: 'watch-peer';
}

/** From the media plane to the actor of a relay link. */
export type LinkNotice =
  | { readonly type: 'link-up'; readonly peer: { readonly node: string; readonly incarnation: number } }
  | { readonly type: 'link-down'; readonly reason: string }
  /** Nothing has been heard of the peer for a while. */
  | { readonly type: 'link-quiet' }
  /** The peer wants a stream of ours. */
  | {
      readonly type: 'wanted';
      readonly subscription: number;
      readonly stream: string;
      readonly path: readonly string[];
    }
  | { readonly type: 'unwanted'; readonly subscription: number }
  /** What became of a stream that we want of the peer. */
  | { readonly type: 'fetch-begun'; readonly stream: string }
  | { readonly type: 'fetch-over'; readonly stream: string; readonly reason: string };
