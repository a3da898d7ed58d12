/**
 * To which sites a client is to measure its way, of whom nobody knows where it is: first to some that are far apart, then to
 * those that may be nearer than the nearest so far. A site can be measured where it has a gateway that clients reach over
 * HTTPS: pages ask nothing else, by their policy (gateway/web/pages.ts) and as mixed content. A core.
 */
import type { Location } from '../geo/location.ts';
import { type MeasuredSite, MeasuredWays } from './measured-ways.ts';
import type { LandmarkSite, Role } from './messages.ts';
import { type Spot, spotOf, wayMs } from './path-cost.ts';

/** Sites that are named at once: a page measures each with three small requests. */
export const LANDMARKS_MAX = 4;

interface NodeFacts {
  readonly node: string;
  readonly idc: string;
  readonly location: Location | undefined;
  readonly roles: readonly Role[];
  readonly http: string | undefined;
  readonly isDraining: boolean;
}

interface Site {
  readonly spot: Spot;
  readonly url: string;
}

export class Landmarks {
  readonly #nodes = new Map<string, NodeFacts>();
  /** By name; undefined since something of the above has changed. */
  #sites: readonly Site[] | undefined;
  /** Of those, the ones that are far apart. */
  #spread: readonly LandmarkSite[] = [];

  /** A node has announced itself, for the first time or again. */
  set({ node, idc, location, roles, http, isDraining }: NodeFacts): void {
    const facts: NodeFacts = { node, idc, location, roles, http, isDraining };
    const known = this.#nodes.get(node);
    if (known !== undefined && isSame(known, facts)) return;
    this.#nodes.set(node, facts);
    this.#sites = undefined;
  }

  remove(node: string): void {
    if (this.#nodes.delete(node)) this.#sites = undefined;
  }

  /** None where there is nothing to choose. Of a client that has measured some already, the others that are worth it. */
  choose(measured: readonly MeasuredSite[]): readonly LandmarkSite[] {
    const sites = this.#current();
    if (sites.length < 2) return [];
    if (measured.length === 0) return this.#spread;
    const ways = new MeasuredWays(
      measured,
      sites.map(({ spot }) => spot),
    );
    if (!ways.isOfUse) return this.#spread;
    const { nearestMs } = ways;
    return sites
      .filter(({ spot }) => !ways.has(spot.idc!) && ways.atLeastMs(spot) < nearestMs)
      .sort((a, b) => ways.toMs(a.spot) - ways.toMs(b.spot))
      .slice(0, LANDMARKS_MAX)
      .map(named);
  }

  #current(): readonly Site[] {
    if (this.#sites === undefined) {
      this.#sites = sitesOf(this.#nodes.values());
      this.#spread = farApart(this.#sites).map(named);
    }
    return this.#sites;
  }
}

function named({ spot, url }: Site): LandmarkSite {
  return { site: spot.idc!, url };
}

/** Those that have edges, and a gateway that pages may ask. */
function sitesOf(nodes: Iterable<NodeFacts>): readonly Site[] {
  const spots = new Map<string, Spot>();
  const urls = new Map<string, string>();
  for (const { idc, location, roles, http, isDraining } of nodes) {
    if (isDraining) continue;
    if ((roles.includes('push') || roles.includes('pull')) && !spots.has(idc))
      spots.set(idc, spotOf(idc, location));
    if (roles.includes('gateway') && http?.startsWith('https://') && !urls.has(idc)) urls.set(idc, http);
  }
  return [...spots]
    .flatMap(([idc, spot]) => (urls.has(idc) ? [{ spot, url: urls.get(idc)! }] : []))
    .sort((a, b) => (a.spot.idc! < b.spot.idc! ? -1 : 1));
}

/** Each is the one that is farthest from those before it. */
function farApart(sites: readonly Site[]): readonly Site[] {
  const chosen = sites.slice(0, 1);
  while (chosen.length < Math.min(LANDMARKS_MAX, sites.length)) {
    const rest = sites.filter(site => !chosen.includes(site));
    const apartMs = (site: Site) => Math.min(...chosen.map(({ spot }) => wayMs(spot, site.spot)));
    chosen.push(rest.reduce((best, site) => (apartMs(site) > apartMs(best) ? site : best)));
  }
  return chosen;
}

function isSame(one: NodeFacts, other: NodeFacts): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
