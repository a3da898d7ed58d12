/**
 * From whom a node fetches a stream. Pure. Nodes have ranks for a stream: its origin, then the relays of the origin's
 * site, then the relays of the other sites, by the sites' distance from the origin (routes.ts) and within each site in an
 * order of that stream's own, then all others. Nobody is told to fetch
 * from one of its own rank or below, so no loop can begin; and since ranks change when nodes come and go or a stream is
 * published elsewhere, nobody is told to fetch from one that is known to get the stream through the asker either.
 */
import type { NoParentReason } from './messages.ts';
import type { Spot } from './path-cost.ts';
import { ranked } from './relay-order.ts';
import { isClearlyBetter, rankKm, relaysOnTheWay } from './routes.ts';

/** Longer ways than this are none that was ever meant: a stream passes eight nodes at most. */
const ROUTE_MAX_NODES = 16;

export interface ParentNode {
  readonly node: string;
  readonly idc: string;
  readonly isRelay: boolean;
  /** It has an address that relay links reach it at. */
  readonly isReachable: boolean;
  readonly spot: Spot;
  /** It is to end: named only if there is nobody else. */
  readonly isDraining: boolean;
}

/** What is known of the nodes and of one stream. */
export interface StreamView {
  readonly stream: string;
  readonly origin: string | undefined;
  node(name: string): ParentNode | undefined;
  relaysOf(idc: string): Iterable<ParentNode>;
  /** The nodes that `node` gets the stream from, or has been told to: the latest first. */
  upstreams(node: string): readonly string[];
  /** Those that have it from another node. */
  carriers(): readonly ParentNode[];
  /** What a stream's way from one node to another costs, ms. */
  betweenMs(from: ParentNode, to: ParentNode): number;
}

export type FoundParent =
  | { readonly found: true; readonly node: string; readonly route: readonly string[] }
  | { readonly found: false; readonly reason: NoParentReason };

export interface ParentWish {
  /** The nodes that the request has come by; none of them is named. */
  readonly path?: readonly string[];
  /** The parent that the asker has. */
  readonly current?: string | undefined;
  /** Parents that it has just lost. */
  readonly avoid?: readonly string[] | undefined;
  /** The parent that it has, and hears nothing of. */
  readonly quiet?: string | undefined;
}

export function findParent(
  view: StreamView,
  asker: string,
  { path = [], current, avoid = [], quiet }: ParentWish = {},
): FoundParent {
  const origin = view.origin === undefined ? undefined : view.node(view.origin);
  if (origin === undefined) return { found: false, reason: 'not live' };
  const self = view.node(asker);
  if (self === undefined) return { found: false, reason: 'not registered' };
  if (self.node === origin.node) return { found: false, reason: 'is the origin' };
  const reachable = wayUp(view, self, origin, current).filter(({ isReachable }) => isReachable);
  const safe = reachable.filter(({ node }) => !path.includes(node) && isSafe(view, node, asker));
  const isWished = (parent: ParentNode) =>
    !parent.isDraining && !avoid.includes(parent.node) && isInPlaceOf(view, self, quiet, parent);
  const best = safe.find(isWished) ?? safe.find(({ node }) => quiet === undefined || node === quiet);
  const kept = safe.find(({ node, isDraining }) => node === current && !isDraining);
  const isKept = best !== undefined && kept !== undefined && !isClearlyBetter(view, self, origin, best, kept);
  const parent = isKept ? kept : best;
  if (parent !== undefined)
    return { found: true, node: parent.node, route: routeTo(view, parent.node, origin) };
  return { found: false, reason: reachable.length === 0 ? 'no relay' : 'only through itself' };
}

/**
 * Whether a node may take the place of a parent that says nothing. A parent of the asker's own site is not heard because it
 * stands still; with one of another site it may be the line, and whoever else is there tells which of the two it is.
 */
function isInPlaceOf(
  view: StreamView,
  self: ParentNode,
  quiet: string | undefined,
  { node, idc }: ParentNode,
): boolean {
  if (quiet === undefined) return true;
  if (node === quiet) return false;
  const from = view.node(quiet)?.idc;
  return from === self.idc || idc === self.idc || idc === from;
}

/** Whom the node may fetch from, the best first. The origin is always the last of them. */
function wayUp(
  view: StreamView,
  self: ParentNode,
  origin: ParentNode,
  current?: string,
): readonly ParentNode[] {
  const relayOfOriginsSite = self.idc === origin.idc && self.isRelay;
  const atOrigin = relayOfOriginsSite || origin.isRelay ? [] : ranked(view.stream, view.relaysOf(origin.idc));
  const direct = [...atOrigin.filter(({ node }) => node !== origin.node), origin];
  if (self.idc === origin.idc) return direct;
  const first = direct.find(({ isReachable }) => isReachable) ?? origin;
  return [
    ...relaysBefore(view, self, origin),
    ...relaysOnTheWay(view, self, origin, first, current),
    ...direct,
  ];
}

/**
 * The relays of its own site that a node may fetch from. A relay fetches for its site when none is before it; one that is
 * after another has the stream from that, unless that one says that it stands further from the origin.
 */
function relaysBefore(view: StreamView, self: ParentNode, origin: ParentNode): readonly ParentNode[] {
  const own = ranked(view.stream, view.relaysOf(self.idc));
  if (!self.isRelay) return own;
  const rank = rankKm(self, origin);
  return own
    .slice(0, Math.max(0, own.findIndex(isNode(self.node))))
    .filter(relay => rankKm(relay, origin) <= rank);
}

/**
 * Whether the stream surely does not come to `node` through `asker`. A way that leads to a node which is not known is
 * not sure: that one may be alive, and its own parent anybody.
 */
function isSafe(view: StreamView, node: string, asker: string): boolean {
  const seen = new Set([node]);
  // A set goes on with what is added to it on the way.
  for (const name of seen) {
    if (name === asker) return false;
    if (view.node(name) === undefined) return false;
    for (const upstream of view.upstreams(name)) seen.add(upstream);
  }
  return true;
}

/** From the origin down to `node`, as taken; and where it is not yet taken, as it would be. */
function routeTo(view: StreamView, node: string, origin: ParentNode): readonly string[] {
  const route = [node];
  while (route[0] !== origin.node && route.length < ROUTE_MAX_NODES) {
    const last = view.node(route[0]!);
    const next = view.upstreams(route[0]!)[0] ?? (last && nextUp(view, last, origin, route));
    if (next === undefined || route.includes(next)) break;
    route.unshift(next);
  }
  return route;
}

function nextUp(
  view: StreamView,
  self: ParentNode,
  origin: ParentNode,
  below: readonly string[],
): string | undefined {
  return wayUp(view, self, origin).find(
    ({ node, isReachable }) => isReachable && !below.includes(node) && isSafe(view, node, self.node),
  )?.node;
}

function isNode(name: string): (node: ParentNode) => boolean {
  return ({ node }) => node === name;
}
