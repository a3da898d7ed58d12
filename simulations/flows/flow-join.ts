/** How a viewer comes in, where only flows are simulated: whom it asks, who refuses it, and how long all that takes. */

import type { Coordinates } from '../../actors/geo/location.ts';
import type { Refused } from '../../actors/protocol.ts';
import { addressOf } from '../../actors/runtime/address.ts';
import type { NotPlaced, Placed } from '../../actors/scheduler/messages.ts';
import { MAX_EDGES_TRIED } from '../../gateway/asking.ts';
import type { FlowLines } from './flow-lines.ts';
import type { FlowNode } from './flow-node.ts';
import type { FlowTree } from './flow-tree.ts';
import type { Scheduling } from './scheduling.ts';

/** To the gateway: TCP's handshake, and that of TLS 1.3. */
const CONNECTION_ROUND_TRIPS = 2;
/** With the edge: a connectivity check, and the two flights of DTLS 1.2 each way. */
const MEDIA_ROUND_TRIPS = 3;

export interface FlowViewer {
  readonly number: number;
  /** The site that it lives by, and asks a gateway of. */
  readonly home: string;
  readonly at: Coordinates;
  /** What its own line adds one way, ms. */
  readonly lastMileMs: number;
}

export type JoinOutcome =
  | { readonly kind: 'joined'; readonly edge: FlowNode; readonly firstFrameMs: number }
  | { readonly kind: 'refused'; readonly retryAfterSeconds: number };

export interface JoinWorld {
  readonly stream: string;
  readonly nodes: ReadonlyMap<string, FlowNode>;
  readonly lines: FlowLines;
  readonly scheduling: Scheduling;
  readonly tree: FlowTree;
}

/** One try: `firstFrameMs` from its beginning on. */
export function tryToJoin(world: JoinWorld, nowMs: number, viewer: FlowViewer): JoinOutcome {
  const { stream, nodes, lines, scheduling } = world;
  const { home } = viewer;
  const toGatewayMs = 2 * (viewer.lastMileMs + lines.betweenMs(home, home));
  const tried: string[] = [];
  let tookMs = CONNECTION_ROUND_TRIPS * toGatewayMs + toGatewayMs / 2;
  let refused: Refused | undefined;
  while (tried.length < MAX_EDGES_TRIED) {
    tookMs += 2 * lines.betweenMs(home, scheduling.idc);
    const placed = scheduling.ask<Placed | NotPlaced>(nowMs, {
      type: 'place',
      role: 'pull',
      stream,
      client: { at: viewer.at },
      exclude: tried,
      replyTo: addressOf('gateway', '/inboxes/1'),
    });
    if (placed.type === 'refused') return refusalOf(placed);
    const edge = nodes.get(placed.node)!;
    tried.push(placed.node);
    const toEdgeMs = lines.betweenMs(home, edge.idc);
    tookMs += 2 * toEdgeMs;
    const core = edge.admit(nowMs, stream, String(viewer.number));
    if (typeof core === 'number') {
      const firstFrameMs = join(world, nowMs, tookMs, { viewer, edge, core, toGatewayMs, toEdgeMs });
      return { kind: 'joined', edge, firstFrameMs };
    }
    refused = core;
  }
  return refusalOf(refused!);
}

interface Admitted {
  readonly viewer: FlowViewer;
  readonly edge: FlowNode;
  readonly core: number;
  readonly toGatewayMs: number;
  readonly toEdgeMs: number;
}

/** `tookMs` after `nowMs` the session is there. */
function join({ tree, lines }: JoinWorld, nowMs: number, tookMs: number, admitted: Admitted): number {
  const { viewer, edge, core, toGatewayMs, toEdgeMs } = admitted;
  const liveAtMs = Math.max(nowMs + tookMs, tree.want(nowMs, edge, nowMs + tookMs));
  // The offer goes back, and the answer comes and is accepted.
  const answeredAtMs = liveAtMs + toGatewayMs / 2 + toGatewayMs + 2 * toEdgeMs;
  const roundTripMs = 2 * (viewer.lastMileMs + lines.betweenMs(viewer.home, edge.idc));
  const shakenAtMs = answeredAtMs + MEDIA_ROUND_TRIPS * roundTripMs + edge.join(nowMs, core);
  return shakenAtMs + roundTripMs / 2 - nowMs;
}

function refusalOf({ retryAfterSeconds = 0 }: Refused): JoinOutcome {
  return { kind: 'refused', retryAfterSeconds };
}
