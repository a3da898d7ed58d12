/**
 * The root of a node: starts its children in order (scheduler, shards, edges, membership, gateway), as far as the node has
 * the roles, and is stopped in the reverse.
 */
import type { Location } from '../geo/location.ts';
import type { Address } from '../runtime/address.ts';
import { addressOf } from '../runtime/address.ts';
import type { Behaviour, Self, Step } from '../runtime/behaviour.ts';
import { type Effect, spawn, tell } from '../runtime/effects.ts';
import { membership } from '../scheduler/membership.ts';
import type { Role } from '../scheduler/messages.ts';
import { registryAddress, registryLink } from '../scheduler/registry-link.ts';
import { scheduler } from '../scheduler/scheduler.ts';
import { scheduling } from '../scheduler/scheduling.ts';
import { membershipAddress, type ShardFacts, schedulingAddress } from '../sessions/facts.ts';
import { streamPlaces } from '../stream/stream-places.ts';
import { drain } from './drain.ts';
import { edge } from './edge.ts';
import { gateway } from './gateway.ts';
import type { Listening, NodeReport, NotListening, ShardLoaded, ShardsReady } from './messages.ts';
import { shards } from './shards.ts';

export interface NodeArgs {
  /** 0 on a node that carries no media. */
  readonly shardCount: number;
  readonly roles: readonly Role[];
  /** The node's place in a cluster; absent where it stands alone. */
  readonly cluster?: ClusterPlace;
  /** Who is told that the node is up, or why it is not. */
  readonly reportTo: Address;
}

export interface ClusterPlace {
  /** Of its schedulers, as this node prefers them. */
  readonly schedulers: readonly Address[];
  /** Its scheduler, if it is one, shares a registry with the others, by the port `registry`. */
  readonly hasRegistry: boolean;
  readonly incarnation: number;
  readonly idc: string;
  readonly location: Location;
  /** Where clients reach its gateway, if it has one that others may send clients to. */
  readonly http?: string;
  /** What the node's lines take; undefined when nobody has said. */
  readonly mostBitsPerSecond?: number;
  /** The ZeroMQ endpoint at which other nodes reach this one. */
  readonly links: string;
}

interface NodeState extends NodeArgs {
  readonly ready: readonly ShardFacts[];
  readonly isUp: boolean;
}

export const node: Behaviour<NodeArgs, NodeState, ShardsReady | ShardLoaded | Listening | NotListening> = {
  name: 'node',
  restart: 'never',
  start(args, self) {
    const { shardCount, roles } = args;
    const edges = (['push', 'pull'] as const).filter(role => roles.includes(role));
    const listeners = edges.map(role => addressOf(self.address.node, `/${role}-edge`));
    const state: NodeState = { ...args, ready: [], isUp: false };
    const [begun, ...effects] = shardCount === 0 ? comeUp(state, self) : [state];
    return [
      begun,
      ...(roles.includes('scheduler') ? schedule(args, self) : []),
      ...(shardCount === 0
        ? []
        : [
            ...(shardCount === 1 ? [] : [spawn('stream-places', streamPlaces, null)]),
            spawn('shards', shards, { count: shardCount, listeners: [...listeners, self.address] }),
          ]),
      ...edges.map(role => spawn(`${role}-edge`, edge(`${role}-edge`), null)),
      ...effects,
    ];
  },
  receive(state, message, self) {
    switch (message.type) {
      case 'shards-ready': {
        const next = { ...state, ready: message.shards };
        return state.isUp || message.shards.length < state.shardCount ? [next] : comeUp(next, self);
      }
      case 'shard-loaded':
        // What the scheduler places sessions by.
        return [state, ...(isMember(state) ? [tell(membershipAddress(self.address.node), message)] : [])];
      case 'listening': {
        const report: NodeReport = { type: 'node-ready', url: message.url, shards: state.ready };
        return [state, tell(state.reportTo, report)];
      }
      case 'not-listening': {
        const report: NodeReport = { type: 'node-failed', reason: message.reason };
        return [state, tell(state.reportTo, report)];
      }
      default:
        return [state];
    }
  },
};

function schedule({ cluster }: NodeArgs, { address: { node: name } }: Self): readonly Effect[] {
  if (cluster?.hasRegistry !== true) return [spawn('scheduler', scheduler, null)];
  return [
    spawn('registry', registryLink, addressOf(name, '/scheduler')),
    spawn('scheduler', scheduler, registryAddress(name)),
  ];
}

function isMember({ cluster, isUp }: NodeState): boolean {
  return cluster !== undefined && isUp;
}

/** All shards are there: the node joins its cluster, and serves HTTP if that is its role. */
function comeUp(state: NodeState, self: Self): Step<NodeState> {
  const next: NodeState = { ...state, isUp: true };
  const report: NodeReport = { type: 'node-ready', shards: state.ready };
  return [
    next,
    ...join(next, self),
    ...(state.roles.includes('gateway')
      ? [spawn('gateway', gateway, self.address)]
      : [tell(state.reportTo, report)]),
  ];
}

function join({ cluster, roles, ready, shardCount }: NodeState, self: Self): readonly Effect[] {
  if (cluster === undefined) return [];
  const { schedulers, incarnation, idc, location, http, links, mostBitsPerSecond } = cluster;
  const relay = ready[0]?.relay;
  const { node: name } = self.address;
  const edges = (['push', 'pull'] as const).filter(role => roles.includes(role));
  return [
    spawn('scheduling', scheduling, schedulers),
    spawn('drain', drain, { shards: shardCount, edges: edges.map(role => addressOf(name, `/${role}-edge`)) }),
    spawn('membership', membership, {
      schedulers,
      scheduling: schedulingAddress(name),
      self: {
        node: name,
        incarnation,
        idc,
        location,
        roles,
        links,
        ...(relay !== undefined && { relay }),
        ...(http !== undefined && { http }),
      },
      ...(mostBitsPerSecond !== undefined && { mostBitsPerSecond }),
      shards: shardCount,
    }),
  ];
}
