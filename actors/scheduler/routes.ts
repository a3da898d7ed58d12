/**
 * By way of which other sites a stream may come to a site: a tree over sites, grown where they ask, whose branches cost the
 * delay, loss and load of their lines. Pure.
 *
 * No loop, whatever is believed: from site to site a stream only ever goes away from its origin, by distance on the globe;
 * within a site, by the order of its relays. Where nodes stand is their own word, the same for every scheduler, and does not
 * change while they run. So two schedulers may disagree about who is there, who has what and which line is good: whatever
 * mixture of their answers is acted upon, each step down is to a higher rank.
 */
import { distanceKm } from '../geo/distance.ts';
import type { ParentNode, StreamView } from './parents.ts';

/** Sites below the origin's: with its relays and edges that is as many nodes as links let a stream pass. */
export const SITE_DEPTH_MAX = 4;
/** Sites that get a stream from one node: as many copies leave by its line. */
export const SITE_FAN_OUT_MAX = 16;
/** Another site's relay is one node more that can fail: it has to be better by a fifth and by this. */
const DETOUR_GAIN_MS = 5;
const DETOUR_GAIN_SHARE = 0.2;
/** A parent that is changed for another has to be worse by so much; between the two nothing happens. */
const CHANGE_GAIN_MS = 10;
const CHANGE_GAIN_SHARE = 0.3;
/** Longer ways are none that was ever meant. */
const WAY_MAX_NODES = 16;

/** How far the node is from the origin, km; infinite where nobody knows. */
export function rankKm({ spot }: ParentNode, origin: ParentNode): number {
  if (spot.point === undefined || origin.spot.point === undefined) return Number.POSITIVE_INFINITY;
  return distanceKm(spot.point, origin.spot.point);
}

/**
 * Relays of other sites that have the stream and room for one site more, and by which it comes to `self` at clearly less
 * cost than from `direct`, or at all if that one has no room; the best first. `current` is the asker's parent, if it has one.
 */
export function relaysOnTheWay(
  view: StreamView,
  self: ParentNode,
  origin: ParentNode,
  direct: ParentNode,
  current?: string,
): readonly ParentNode[] {
  const own = rankKm(self, origin);
  const carriers = view.carriers();
  const isDirectFull = sitesBelow(view, carriers, direct) >= SITE_FAN_OUT_MAX;
  const directMs = view.betweenMs(direct, self);
  const found: { readonly relay: ParentNode; readonly costMs: number }[] = [];
  for (const relay of carriers) {
    if (!relay.isRelay || !relay.isReachable) continue;
    if (relay.idc === self.idc || relay.idc === origin.idc) continue;
    if (rankKm(relay, origin) >= own) continue;
    const way = wayUpFrom(view, relay, origin);
    if (way === undefined || sitesIn(way) > SITE_DEPTH_MAX) continue;
    const costMs = costOf(view, [...way, self]);
    // One that is in use already has only to be no worse.
    const isBetter =
      relay.node === current
        ? costMs <= directMs
        : costMs + DETOUR_GAIN_MS <= directMs * (1 - DETOUR_GAIN_SHARE);
    if (!isBetter && !isDirectFull) continue;
    if (sitesBelow(view, carriers, relay, self.node) >= SITE_FAN_OUT_MAX) continue;
    found.push({ relay, costMs });
  }
  return found
    .sort((a, b) => a.costMs - b.costMs || (a.relay.node < b.relay.node ? -1 : 1))
    .map(({ relay }) => relay);
}

/**
 * Whether a node that has one parent is to change to another: to a relay of its own site, so that the stream comes to the
 * site once, or to one by which it costs clearly less. Lines get better and worse all day.
 */
export function isClearlyBetter(
  view: StreamView,
  self: ParentNode,
  origin: ParentNode,
  best: ParentNode,
  current: ParentNode,
): boolean {
  if (best.node === current.node) return false;
  if (best.idc === self.idc) return current.idc !== self.idc;
  const [bestMs, currentMs] = [best, current].map(parent =>
    costOf(view, [...(wayUpFrom(view, parent, origin) ?? [parent]), self]),
  ) as [number, number];
  return bestMs + CHANGE_GAIN_MS <= currentMs * (1 - CHANGE_GAIN_SHARE);
}

/** From the origin down to the node, as the stream goes; undefined where it is not known to come from there. */
function wayUpFrom(
  view: StreamView,
  node: ParentNode,
  origin: ParentNode,
): readonly ParentNode[] | undefined {
  const way = [node];
  while (way[0]!.node !== origin.node) {
    const [parent] = view.upstreams(way[0]!.node);
    const above = parent === undefined ? undefined : view.node(parent);
    if (above === undefined || way.length >= WAY_MAX_NODES || way.includes(above)) return undefined;
    way.unshift(above);
  }
  return way;
}

/** How many times a way goes from one site to another, and once more to whoever asks. */
function sitesIn(way: readonly ParentNode[]): number {
  return way.filter(({ idc }, i) => i > 0 && idc !== way[i - 1]!.idc).length + 1;
}

function costOf(view: StreamView, way: readonly ParentNode[]): number {
  let costMs = 0;
  for (let i = 1; i < way.length; i += 1) costMs += view.betweenMs(way[i - 1]!, way[i]!);
  return costMs;
}

/** Nodes of other sites that get the stream from `parent`, but for `except`. */
function sitesBelow(
  view: StreamView,
  carriers: readonly ParentNode[],
  parent: ParentNode,
  except?: string,
): number {
  return carriers.filter(
    ({ node, idc }) => node !== except && idc !== parent.idc && view.upstreams(node)[0] === parent.node,
  ).length;
}
