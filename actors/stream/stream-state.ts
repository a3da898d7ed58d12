/** What a stream's actor knows, and from where the stream comes to it. */
import { type Address, addressOf } from '../runtime/address.ts';
import { type ShardFacts, shardPath } from '../sessions/facts.ts';
import type { BufferTarget } from './messages.ts';

export interface StreamArgs {
  readonly stream: string;
  readonly facts: ShardFacts;
  /** By which other cores of the node name the stream to this one; no two streams of a shard have had the same. */
  readonly number: number;
}

/** From where the stream comes when nobody publishes it on this shard. */
export type Upstream =
  | { readonly kind: 'none' }
  /** Where on this node it is published is being asked; `path` are the nodes that want it. */
  | { readonly kind: 'seeking'; readonly path: readonly string[] }
  /** The scheduler, then the parent node that it has named, is being asked. */
  | { readonly kind: 'asking'; readonly path: readonly string[]; readonly parent?: string }
  | { readonly kind: 'up'; readonly link: Address; readonly parent: string }
  /** It comes from another shard of this node, whose actor has not answered yet, or has. */
  | {
      readonly kind: 'crossing';
      readonly shard: number;
      readonly state: 'asked' | 'live' | 'waiting';
      /** The stream's actor there: whichever it is, and once it has answered, that very one. */
      readonly source: Address;
    };

export interface StreamState extends StreamArgs {
  /** This very actor, for those who write to it: news that crosses with its end is nothing to be warned of. */
  readonly own: Address;
  /** Of the newest publication here, or elsewhere if it has taken over from here; 0 before the first. */
  readonly epoch: number;
  readonly publisher: Address | undefined;
  readonly upstream: Upstream;
  /** On which shard of this node it is published: undefined on none, and `unknown` before that was asked. */
  readonly place: number | undefined | 'unknown';
  /**
   * By the path of the viewer's actor: sessions, relay links that carry the stream on, and other shards' actors. Changed in
   * place: a class has thousands, and each that joins or leaves would copy them all.
   */
  readonly viewers: Map<string, Address>;
  /** Of those viewers that are other shards' actors: the shard. */
  readonly cores: ReadonlyMap<string, number>;
  /** Whom to tell whether the stream is live, once that is known. */
  readonly waiting: readonly Address[];
  /** The parent that is to take over from the one that delivers. */
  readonly trial: string | undefined;
  /** The parent that was lost just now, or did not answer: another one is preferred. */
  readonly lost: string | undefined;
  /** The stream does not come any more, and viewers have not been told: another parent may have it at once. */
  readonly isSeekingParent: boolean;
  /** What viewers have been told last. */
  readonly bufferTarget: BufferTarget | undefined;
}

export function isLive({ publisher, upstream }: StreamState): boolean {
  if (publisher !== undefined || upstream.kind === 'up') return true;
  return upstream.kind === 'crossing' && upstream.state === 'live';
}

/** The stream's actor on a shard of this node; by default this one. */
export function actorOf({ facts, stream }: StreamArgs, shard = facts.shard): Address {
  return addressOf(facts.node, `${shardPath(shard)}/streams/stream-${stream}`);
}
