/**
 * How a stream comes from one core of a node to another. The shard on which it is published, or else the one that fetches
 * it from other nodes, has it; the actors of the stream on the other shards subscribe there like viewers, each for all
 * viewers of its own.
 */
import { media } from '../forwarding/commands.ts';
import { type Address, addressOf } from '../runtime/address.ts';
import type { Step } from '../runtime/behaviour.ts';
import { ask, type Effect, tell, timer, unwatch, watch } from '../runtime/effects.ts';
import { shardPath, streamPlacesAddress } from '../sessions/facts.ts';
import type { PlaceTaken, PlaceVacated, SeekPlace, Subscribe, Unsubscribe } from './messages.ts';
import { actorOf, type StreamState } from './stream-state.ts';

/**
 * The other shard answers in milliseconds; or after it has fetched the stream from another site, which takes up to 7.5 s where a
 * scheduler has just been started. A viewer waits for 8.
 */
const CROSS_TIMEOUT_MS = 7500;
/** A shard that is started again is there within a second. */
export const SEEK_AGAIN_MS = 500;

/** The key of the question to the other shard. */
export const CROSSED = 'crossed';

/** The shard that fetches a stream from other nodes if nobody publishes it on this one: spread evenly, known to all. */
export function homeShard(stream: string, shards: number): number {
  // FNV-1a: short strings that differ little come out far apart.
  let hash = 0x811c9dc5;
  for (let i = 0; i < stream.length; i += 1) hash = Math.imul(hash ^ stream.charCodeAt(i), 0x01000193);
  return (hash >>> 0) % shards;
}

/** Asks where on this node the stream is published. */
export function seekPlace(state: StreamState, path: readonly string[]): Step<StreamState> {
  const { stream, facts } = state;
  const message: SeekPlace = { type: 'seek-place', stream, address: state.own };
  return [{ ...state, upstream: { kind: 'seeking', path } }, tell(streamPlacesAddress(facts.node), message)];
}

/** Gets the stream from another shard of this node, whether it is live there or will be. */
export function cross(state: StreamState, shard: number, path: readonly string[]): Step<StreamState> {
  const { stream, facts, number } = state;
  const message: Omit<Subscribe, 'replyTo'> = {
    type: 'subscribe',
    stream,
    session: `shard-${facts.shard}`,
    address: state.own,
    core: { shard: facts.shard, number },
    path,
  };
  return [
    { ...state, upstream: { kind: 'crossing', shard, state: 'asked', source: actorOf(state, shard) } },
    // Before it is asked for, since what it has of the past comes at once.
    replicate(state, shard, actorOf(state, shard)),
    ask(addressOf(facts.node, `${shardPath(shard)}/streams`), message, CROSSED, CROSS_TIMEOUT_MS),
    watch(actorOf(state, shard)),
  ];
}

/** Whether it comes from a shard that has it only while it is published there, as no stream of a node that stands alone. */
export function isFromOtherThanHome({ upstream, facts, stream }: StreamState): boolean {
  return (
    facts.scheduler !== undefined &&
    upstream.kind === 'crossing' &&
    upstream.shard !== homeShard(stream, facts.shards)
  );
}

/** What ends the crossing from a shard, which may have had it already. */
export function uncross(state: StreamState): readonly Effect[] {
  const { upstream } = state;
  if (upstream.kind !== 'crossing') return [];
  return [unwatch(actorOf(state, upstream.shard)), ...leaveShard(state)];
}

/** The same, of an actor that ends, and watches nobody any more. */
export function leaveShard(state: StreamState): readonly Effect[] {
  const { upstream, stream } = state;
  if (upstream.kind !== 'crossing') return [];
  const left: Unsubscribe = { type: 'unsubscribe', address: state.own };
  return [tell(upstream.source, left), media({ do: 'unreplicate', stream })];
}

/** Tells the other shards that the stream is published here, or not any more. */
export function takePlace(state: StreamState): readonly Effect[] {
  const { stream, facts, epoch } = state;
  if (facts.shards === 1) return [];
  const { shard, node } = facts;
  const message: PlaceTaken = { type: 'place-taken', stream, shard, epoch, address: state.own };
  return [tell(streamPlacesAddress(node), message)];
}

export function vacatePlace(state: StreamState): readonly Effect[] {
  const { stream, facts } = state;
  if (facts.shards === 1) return [];
  const message: PlaceVacated = { type: 'place-vacated', stream, address: state.own };
  return [tell(streamPlacesAddress(facts.node), message)];
}

/** A viewer that is another core: its packets go by the queue between the two. */
export function crossTo({ stream }: StreamState, message: Subscribe): readonly Effect[] {
  const { core, address } = message;
  if (core === undefined) return [];
  return [media({ do: 'cross', stream, to: core.shard, number: core.number, replica: address })];
}

export function seekAgain(): Effect {
  return timer('refetch', SEEK_AGAIN_MS, { type: 'refetch' });
}

/** The stream's packets come from that shard; said again when it is known which actor it is that has them. */
export function replicate({ stream, number }: StreamState, from: number, source: Address): Effect {
  return media({ do: 'replicate', stream, from, number, source });
}
