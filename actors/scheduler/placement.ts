/**
 * Which edge a client is sent to: of those that have room, one of the least cost (path-cost.ts), so that the whole path from
 * source to client is short. A core, without a clock; randomness is a parameter. Groups of like edges are compared, not
 * edges; among those as good as the best, two edges are drawn, and the less full one is taken: so many who come at once, or
 * several schedulers, do not all choose the same.
 */
import type { Location } from '../geo/location.ts';
import { type Edge, EdgeGroup, fill } from './edge-group.ts';
import { fullnessOf, OPEN_AGAIN_BELOW } from './fullness.ts';
import { type MeasuredSite, MeasuredWays } from './measured-ways.ts';
import type { NodeLoad, Role } from './messages.ts';
import { isLocated, ispMs, loadMs, type Spot, sourceMs, spotOf, wayMs } from './path-cost.ts';

/** Costs that differ by no more than this are equal: what is known of distances and load is not better than that. */
export const NEAR_MS = 3;
/** Sites of sources whose ways are kept: more than a cluster has, and at a hundred groups each no more than 200 kB. */
const SOURCES_KEPT = 256;
/** Of what was placed, how much still counts once a load is measured anew: some of them are only about to come. */
const PLACED_KEPT = 0.5;

const EDGE_ROLES = ['push', 'pull'] as const;

export type EdgeRole = Extract<Role, 'push' | 'pull'>;

/** An edge as its node announces it. */
export interface EdgeFacts {
  readonly node: string;
  readonly idc: string;
  readonly location: Location | undefined;
  readonly roles: readonly Role[];
  readonly load: NodeLoad;
  /** It comes and goes: the last resort. */
  readonly unsteady: boolean;
}

export interface Wish {
  readonly role: EdgeRole;
  /** The client; where nothing else is known of it, the site of whoever asks for it. */
  readonly client: Spot;
  /** Of a client that nothing else is known of: the sites that it has measured its way to. */
  readonly measured?: readonly MeasuredSite[] | undefined;
  /** Where the stream is published; a publisher has none. */
  readonly source?: Spot | undefined;
  /** Nodes that have refused this client just now. */
  readonly exclude: readonly string[];
}

/** A fraction, 0 inclusive to 1 exclusive. */
export type Draw = () => number;

/** The delay from one site to another as measured, ms; undefined where nobody has. */
export type SiteDelay = (from: string, to: string) => number | undefined;

interface Known {
  readonly edge: Edge;
  /** Of its groups, which say all that is compared but the load. */
  readonly key: string;
}

export class Placement {
  readonly #edges = new Map<string, Known>();
  readonly #groups: Readonly<Record<EdgeRole, Map<string, EdgeGroup>>> = { push: new Map(), pull: new Map() };
  /** By the source's site, for each group in its order, the way between the two; all anew when a group comes or goes. */
  readonly #fromSources: Readonly<Record<EdgeRole, Map<string, Float64Array>>> = {
    push: new Map(),
    pull: new Map(),
  };
  readonly #siteDelayMs: SiteDelay;
  /** Of the groups that are being compared, in their order; kept, since a placement is over before the next begins. */
  #costs = new Float64Array(64);

  constructor(siteDelayMs: SiteDelay = () => undefined) {
    this.#siteDelayMs = siteDelayMs;
  }

  /** A node has announced itself, for the first time or again. */
  set(facts: EdgeFacts): void {
    const key = keyOf(facts);
    const known = this.#edges.get(facts.node);
    if (known !== undefined && known.key === key) return measured(known.edge, facts.load);
    const edge = newEdge(facts, known?.edge);
    if (known !== undefined) this.#leave(known);
    this.#edges.set(facts.node, { edge, key });
    for (const role of edgeRolesOf(facts)) {
      let group = this.#groups[role].get(key);
      if (group === undefined) {
        group = new EdgeGroup(spotOf(facts.idc, facts.location), !facts.unsteady);
        this.#groups[role].set(key, group);
        this.#fromSources[role].clear();
      }
      group.join(edge);
    }
  }

  remove(node: string): void {
    const known = this.#edges.get(node);
    if (known === undefined) return;
    this.#edges.delete(node);
    this.#leave(known);
  }

  /** The edge for a client, which counts as there from now on; undefined when nobody has room. */
  place(wish: Wish, draw: Draw): string | undefined {
    const excluded = wish.exclude.flatMap(node => this.#edges.get(node)?.edge ?? []);
    for (const edge of excluded) for (const { group } of edge.seats) group.dismiss(edge);
    const ways = waysOf(wish, this.#groups[wish.role].values());
    const chosen = this.#choose(wish, ways, true, draw) ?? this.#choose(wish, ways, false, draw);
    for (const edge of excluded) {
      if (!edge.isClosed) for (const { group } of edge.seats) group.admit(edge);
    }
    if (chosen === undefined) return undefined;
    chosen.placed += 1;
    fill(chosen, fullnessOf(chosen.load, chosen.placed), OPEN_AGAIN_BELOW);
    return chosen.node;
  }

  /** Whether any edge has the role, with room or without. */
  has(role: EdgeRole): boolean {
    return this.#groups[role].size > 0;
  }

  /** Delays between sites have been measured anew. */
  delaysChanged(): void {
    for (const role of EDGE_ROLES) this.#fromSources[role].clear();
  }

  /** How full the node is as seen from here: 0 is empty; from 1 on it is full. */
  fullness(node: string): number | undefined {
    return this.#edges.get(node)?.edge.fullness;
  }

  #choose(wish: Wish, ways: MeasuredWays | undefined, isSteady: boolean, draw: Draw): Edge | undefined {
    const groups = this.#groups[wish.role];
    const sourcesMs = this.#sourcesMs(wish, ways);
    if (this.#costs.length < groups.size) this.#costs = new Float64Array(2 * groups.size);
    const costs = this.#costs;
    let least = Number.POSITIVE_INFINITY;
    let i = 0;
    for (const group of groups.values()) {
      let cost = Number.POSITIVE_INFINITY;
      if (group.isSteady === isSteady && group.open.length > 0) {
        const { spot } = group;
        cost = (ways === undefined ? wayMs(wish.client, spot) : ways.toMs(spot)) + ispMs(wish.client, spot);
        cost += loadMs(group.meanFullness);
        if (sourcesMs !== undefined) cost += sourcesMs[i]!;
        if (cost < least) least = cost;
      }
      costs[i] = cost;
      i += 1;
    }
    if (least === Number.POSITIVE_INFINITY) return undefined;
    return this.#oneOfTwo(groups.values(), least + NEAR_MS, draw);
  }

  /** Draws two of the edges in groups that cost no more than `mostMs`. */
  #oneOfTwo(groups: Iterable<EdgeGroup>, mostMs: number, draw: Draw): Edge {
    const near: Near[] = [];
    let count = 0;
    let i = 0;
    for (const group of groups) {
      const cost = this.#costs[i]!;
      if (cost <= mostMs) {
        near.push({ group, wayMs: cost - loadMs(group.meanFullness) });
        count += group.open.length;
      }
      i += 1;
    }
    const fraction = draw() * count;
    const first = Math.floor(fraction);
    const one = drawn(near, first);
    if (count === 1) return one.edge;
    // What is left of the fraction is as random as it was; drawing costs more than all comparing.
    const second = Math.floor((fraction - first) * (count - 1));
    const other = drawn(near, second < first ? second : second + 1);
    return other.costMs < one.costMs ? other.edge : one.edge;
  }

  /**
   * From each group, in their order, to the source; undefined where that is not looked at: a client that is nowhere known
   * is not led to the source's site, where all of them would gather.
   */
  #sourcesMs({ role, client, source }: Wish, ways: MeasuredWays | undefined): Float64Array | undefined {
    if (source?.idc === undefined || (ways === undefined && !isLocated(client))) return undefined;
    const { idc } = source;
    const known = this.#fromSources[role].get(idc);
    if (known !== undefined) return known;
    const spots = [...this.#groups[role].values()].map(({ spot }) => spot);
    const costs = Float64Array.from(spots, spot =>
      sourceMs(spot, source, this.#siteDelayMs(idc, spot.idc ?? '')),
    );
    if (this.#fromSources[role].size >= SOURCES_KEPT) this.#fromSources[role].clear();
    this.#fromSources[role].set(idc, costs);
    return costs;
  }

  #leave({ edge, key }: Known): void {
    for (const { group } of [...edge.seats]) group.leave(edge);
    for (const role of EDGE_ROLES) {
      if (this.#groups[role].get(key)?.size !== 0) continue;
      this.#groups[role].delete(key);
      this.#fromSources[role].clear();
    }
  }
}

/** A group that is as good as the best, and what it costs besides its load. */
interface Near {
  readonly group: EdgeGroup;
  readonly wayMs: number;
}

interface Drawn {
  readonly edge: Edge;
  readonly costMs: number;
}

function drawn(near: readonly Near[], index: number): Drawn {
  let at = index;
  for (const { group, wayMs } of near) {
    const edge = group.open[at];
    if (edge !== undefined) return { edge, costMs: wayMs + loadMs(edge.fullness) };
    at -= group.open.length;
  }
  throw new RangeError(`no edge ${index} among those that are near`);
}

/** Undefined where the client has measured nothing that tells how far the edges are. */
function waysOf({ measured = [] }: Wish, groups: Iterable<EdgeGroup>): MeasuredWays | undefined {
  if (measured.length === 0) return undefined;
  const ways = new MeasuredWays(
    measured,
    [...groups].map(({ spot }) => spot),
  );
  return ways.isOfUse ? ways : undefined;
}

function newEdge({ node, load }: EdgeFacts, before: Edge | undefined): Edge {
  const placed = before?.placed ?? 0;
  const fullness = fullnessOf(load, placed);
  return { node, load, placed, fullness, isClosed: fullness >= 1, seats: [] };
}

/** The same measurement may be told again: then what was placed since counts still. */
function measured(edge: Edge, load: NodeLoad): void {
  if (load.measuredAtMs > edge.load.measuredAtMs) edge.placed = Math.floor(edge.placed * PLACED_KEPT);
  edge.load = load;
  fill(edge, fullnessOf(load, edge.placed), OPEN_AGAIN_BELOW);
}

function edgeRolesOf({ roles }: EdgeFacts): readonly EdgeRole[] {
  return EDGE_ROLES.filter(role => roles.includes(role));
}

function keyOf(facts: EdgeFacts): string {
  const { idc, location = {}, unsteady } = facts;
  const { region, at, isps } = location;
  return JSON.stringify([idc, region, at?.latitude, at?.longitude, isps, unsteady, edgeRolesOf(facts)]);
}
