/**
 * What an edge costs a client, as milliseconds of delay: the way from the client to the edge, half of the way from there to
 * where the stream is published, and what is lost by other ISPs' lines and by load. Pure.
 */
import { distanceKm, type GlobePoint, globePoint } from '../geo/distance.ts';
import { countryOf, type Location } from '../geo/location.ts';

/** Light in glass takes 5 µs a kilometre, and lines are about twice as long as the way of the crow. */
const MS_PER_KM = 0.01;
/** Where only names of regions are known: about what lies between two places in the same, the country, the world. */
const SAME_REGION_MS = 5;
const SAME_COUNTRY_MS = 15;
const OTHER_COUNTRY_MS = 60;
/** Where nothing is known. */
const UNKNOWN_MS = 30;
/** What changing from one ISP to another costs in the evening, where they meet: delay, and loss that has to be repaired. */
const OTHER_ISP_MS = 15;
/**
 * The way between sites counts less than the client's own: its links repair what they lose, and serve all viewers of a
 * site with one copy. Were it the same, all places on the way between client and source would be equally good.
 */
const BETWEEN_SITES_WEIGHT = 0.5;
/** Each node more on the way adds up to this. */
const HOP_MS = 2;
/**
 * The price of load: nothing to speak of up to a half (5 ms), at 0.7 as much as 3,000 km (32 ms), and soon more than any
 * way round the world. So a site overflows into its neighbours before it is full.
 */
const LOAD_MS = 40;

/** A place as it is compared with others. */
export interface Spot {
  readonly idc: string | undefined;
  readonly region: string | undefined;
  readonly point: GlobePoint | undefined;
  readonly isps: readonly string[];
}

export function spotOf(idc: string | undefined, { region, at, isps = [] }: Location = {}): Spot {
  return { idc, region, point: at && globePoint(at), isps };
}

/** Whether there is anything to compare with but the name of a site. */
export function isLocated({ region, point }: Spot): boolean {
  return region !== undefined || point !== undefined;
}

/** The way from one place to another, ms. */
export function wayMs(from: Spot, to: Spot): number {
  if (from.point !== undefined && to.point !== undefined) return distanceKm(from.point, to.point) * MS_PER_KM;
  if (from.region !== undefined && to.region !== undefined) return betweenRegionsMs(from.region, to.region);
  return from.idc !== undefined && from.idc === to.idc ? 0 : UNKNOWN_MS;
}

/** A client whose ISP is not known is anybody's; an edge whose lines are not known may have the right one. */
export function ispMs(client: Spot, edge: Spot): number {
  if (client.isps.length === 0) return 0;
  if (edge.isps.length === 0) return OTHER_ISP_MS / 2;
  return edge.isps.some(isp => client.isps.includes(isp)) ? 0 : OTHER_ISP_MS;
}

/** From the edge to where the stream is published; `measuredMs` is the delay between the two sites where it is known. */
export function sourceMs(edge: Spot, source: Spot, measuredMs: number | undefined): number {
  if (edge.idc === source.idc) return 0;
  return BETWEEN_SITES_WEIGHT * (measuredMs ?? wayMs(edge, source)) + HOP_MS;
}

/** `fullness` is below 1. */
export function loadMs(fullness: number): number {
  const square = fullness * fullness;
  return (LOAD_MS * square * square) / (1 - fullness);
}

function betweenRegionsMs(one: string, other: string): number {
  if (one === other) return SAME_REGION_MS;
  return countryOf(one) === countryOf(other) ? SAME_COUNTRY_MS : OTHER_COUNTRY_MS;
}
