/** How long what goes from one place to another takes, where only flows are simulated. */
import { distanceKm, type GlobePoint, globePoint } from '../../actors/geo/distance.ts';
import type { Coordinates } from '../../actors/geo/location.ts';
import type { SeededRandom } from '../seeded-random.ts';
import { LAST_MILE, LEAST_BETWEEN_MS, MS_PER_KM, WITHIN_SITE } from '../topology.ts';

/** Lines go by other cities, and those of some operators by far ones: up to so many times the usual. */
const DETOUR_MOST = 1.6;

export interface FlowSite {
  readonly name: string;
  readonly at: Coordinates;
}

export class FlowLines {
  readonly #random: SeededRandom;
  readonly #points: ReadonlyMap<string, GlobePoint>;
  /** By the names of two sites. */
  readonly #betweenMs = new Map<string, number>();

  constructor(sites: readonly FlowSite[], random: SeededRandom) {
    this.#points = new Map(sites.map(({ name, at }) => [name, globePoint(at)]));
    this.#random = random;
  }

  /** One way, ms. */
  betweenMs(one: string, other: string): number {
    if (one === other) return WITHIN_SITE.delayMs!;
    const key = one < other ? `${one} ${other}` : `${other} ${one}`;
    const known = this.#betweenMs.get(key);
    if (known !== undefined) return known;
    const km = distanceKm(this.#points.get(one)!, this.#points.get(other)!);
    const detour = 1 + (DETOUR_MOST - 1) * this.#random.fork(key).unit();
    const ms = LEAST_BETWEEN_MS + km * MS_PER_KM * detour;
    this.#betweenMs.set(key, ms);
    return ms;
  }

  /** What a client's own line adds, drawn for each. */
  lastMileMs(draw: number): number {
    return LAST_MILE.delayMs! + LAST_MILE.jitterMs! * draw;
  }
}
