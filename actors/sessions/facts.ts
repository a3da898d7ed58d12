/** What every session of a shard is told of the shard, and what the edges send to have a session opened. */
import type { Fingerprint } from '../../transports/dtls/port.ts';
import { makeIceCredentials } from '../../transports/ice/credentials.ts';
import type { Random } from '../../transports/random.ts';
import type { LocalTransport } from '../../transports/sdp/port.ts';
import { type Address, addressOf } from '../runtime/address.ts';

export interface ShardFacts {
  readonly node: string;
  readonly idc: string;
  readonly shard: number;
  /** How many the node has. */
  readonly shards: number;
  /** Of the certificate that this shard shows in DTLS. */
  readonly fingerprint: Fingerprint;
  /** Where clients reach the shard's UDP port, the preferred address first. */
  readonly candidates: readonly { readonly address: string; readonly port: number }[];
  /** The most video that one publisher may send, kbit/s. */
  readonly maxPublishKbps: number;
  /** Whether viewers may ask for media that is not encrypted. */
  readonly allowsPlainRtp?: boolean;
  /** Who answers for the cluster's schedulers; a node that stands alone has none. */
  readonly scheduler?: Address;
  /** Where other nodes reach this shard's relay links. */
  readonly relay?: { readonly address: string; readonly port: number };
}

/** From an edge to `pushes` or `pulls`: open this session, and answer `replyTo` with Opened or Refused. */
export interface OpenSession {
  readonly type: 'open';
  readonly session: string;
  readonly stream: string;
  readonly uid?: string;
  /** The client's offer; without one, the server makes it. */
  readonly offer?: string;
  /** A viewer's media is not encrypted. */
  readonly isPlain?: true;
  /** A publication's epoch has to be later than this. */
  readonly afterEpoch?: number;
  readonly replyTo: Address;
}

export interface SessionArgs {
  readonly open: OpenSession;
  readonly facts: ShardFacts;
}

/** Our side of a new peer connection, with fresh ICE credentials; one that is plain has no certificate to show. */
export function localTransport(
  { fingerprint, candidates }: ShardFacts,
  random: Random,
  isPlain = false,
): LocalTransport {
  return { ice: makeIceCredentials(random), candidates, ...(!isPlain && { fingerprint }) };
}

export function shardPath(shard: number): string {
  return `/shards/shard-${shard}`;
}

export function shardAddress({ node, shard }: Pick<ShardFacts, 'node' | 'shard'>): Address {
  return addressOf(node, shardPath(shard));
}

/** The actor that speaks for this node to the scheduler. */
export function membershipAddress(node: string): Address {
  return addressOf(node, '/membership');
}

/** The actor that asks the cluster's schedulers for whoever is on this node. */
export function schedulingAddress(node: string): Address {
  return addressOf(node, '/scheduling');
}

/** The actor that knows on which shard of this node a stream is published. */
export function streamPlacesAddress(node: string): Address {
  return addressOf(node, '/stream-places');
}

export function streamsAddress(facts: ShardFacts): Address {
  return addressOf(facts.node, `${shardPath(facts.shard)}/streams`);
}

export function streamAddress(facts: ShardFacts, stream: string): Address {
  return addressOf(facts.node, `${shardPath(facts.shard)}/streams/stream-${stream}`);
}

export function endedAddress({ node, shard }: Pick<ShardFacts, 'node' | 'shard'>): Address {
  return addressOf(node, `${shardPath(shard)}/ended`);
}
