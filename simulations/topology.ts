/** Sites on the map, the nodes that stand in them, and what the lines between them take. */
import { distanceKm, globePoint } from '../actors/geo/distance.ts';
import type { Coordinates } from '../actors/geo/location.ts';
import type { Role } from '../actors/scheduler/messages.ts';
import type { NodePlan } from './cluster-world.ts';
import type { LinkSettings } from './impairment.ts';
import { addressOfNode } from './node-addresses.ts';

export interface SitePlan {
  readonly name: string;
  readonly at: Coordinates;
  readonly region: string;
  /** How many nodes of each role. */
  readonly push: number;
  readonly relay: number;
  readonly pull: number;
  readonly gateway: number;
  readonly scheduler?: boolean;
  /** What the line of each node takes; by default nothing is said of it. */
  readonly mostBitsPerSecond?: number;
}

/** Cities with data centres. */
export const cities = {
  beijing: { at: { latitude: 39.9, longitude: 116.4 }, region: 'cn-bj' },
  shanghai: { at: { latitude: 31.2, longitude: 121.5 }, region: 'cn-sh' },
  guangzhou: { at: { latitude: 23.1, longitude: 113.3 }, region: 'cn-gd' },
  chengdu: { at: { latitude: 30.7, longitude: 104.1 }, region: 'cn-sc' },
  wuhan: { at: { latitude: 30.6, longitude: 114.3 }, region: 'cn-hb' },
  xian: { at: { latitude: 34.3, longitude: 108.9 }, region: 'cn-sn' },
} as const satisfies Record<string, { readonly at: Coordinates; readonly region: string }>;

export type City = keyof typeof cities;

/** One node of each role. */
export function site(name: City, more: Partial<Omit<SitePlan, 'name' | 'at' | 'region'>> = {}): SitePlan {
  return { name, ...cities[name], push: 1, relay: 1, pull: 1, gateway: 1, ...more };
}

/** Within a site: a switch or two. */
export const WITHIN_SITE: LinkSettings = { delayMs: 0.2 };
/** Light in fibre takes 0.5 ms for 100 km; ways are longer than the distance, and pass routers. */
export const MS_PER_KM = 0.009;
export const LEAST_BETWEEN_MS = 1.5;
const BETWEEN_JITTER_MS = 1;
/** What the last mile adds, each way: DSL, cable or Wi-Fi. */
export const LAST_MILE: LinkSettings = { delayMs: 6, jitterMs: 3 };
/** 65,000 clients: 172.16.0.0/16. */
const CLIENTS = '172.16';

export class Topology {
  readonly sites: readonly SitePlan[];
  readonly nodes: readonly NodePlan[];
  readonly #byName: ReadonlyMap<string, SitePlan>;
  readonly #siteOfClient = new Map<string, string>();
  readonly #siteOfNode = new Map<string, string>();

  constructor(sites: readonly SitePlan[]) {
    this.sites = sites;
    this.#byName = new Map(sites.map(one => [one.name, one]));
    this.nodes = sites.flatMap(nodesOf);
    for (const [index, { idc }] of this.nodes.entries()) this.#siteOfNode.set(addressOfNode(index), idc);
  }

  /** An address for a client who lives near the site. */
  clientAddress(idc: string): string {
    const number = this.#siteOfClient.size + 1;
    const address = `${CLIENTS}.${number >> 8}.${number & 0xff}`;
    this.#siteOfClient.set(address, idc);
    return address;
  }

  lineOf = (from: NodePlan, to: NodePlan): LinkSettings => this.between(from.idc, to.idc);

  /** Between a client and a node; a client of no site is as near as can be. */
  clientLineOf = (from: string, to: string): LinkSettings => {
    const [one, other] = [from, to].map(
      address => this.#siteOfClient.get(address) ?? this.#siteOfNode.get(address),
    );
    const way = one === undefined || other === undefined ? {} : this.between(one, other);
    return {
      delayMs: LAST_MILE.delayMs! + (way.delayMs ?? 0),
      jitterMs: LAST_MILE.jitterMs! + (way.jitterMs ?? 0),
    };
  };

  between(one: string, other: string): LinkSettings {
    if (one === other) return WITHIN_SITE;
    const [a, b] = [this.#byName.get(one)!, this.#byName.get(other)!];
    const km = distanceKm(globePoint(a.at), globePoint(b.at));
    return { delayMs: LEAST_BETWEEN_MS + km * MS_PER_KM, jitterMs: BETWEEN_JITTER_MS };
  }
}

function nodesOf(plan: SitePlan): readonly NodePlan[] {
  const { name, at, region, mostBitsPerSecond } = plan;
  const nodes = (role: Role, count: number) =>
    Array.from({ length: count }, (_, i) => ({
      name: `${name}-${role}${count > 1 ? `-${i + 1}` : ''}`,
      idc: name,
      location: { region, at },
      roles: [role],
      ...(mostBitsPerSecond !== undefined && { mostBitsPerSecond }),
    }));
  return [
    ...nodes('scheduler', plan.scheduler === true ? 1 : 0),
    ...nodes('gateway', plan.gateway),
    ...nodes('push', plan.push),
    ...nodes('relay', plan.relay),
    ...nodes('pull', plan.pull),
  ];
}
