/**
 * How far a client is from each site by the round trips that it has measured itself to some of them: in place of distance,
 * where nobody knows where it is. Pure.
 *
 * What a client says concerns its own way alone, and is forgotten with the answer: whoever makes it up is sent to an edge
 * that is far from him, or to the one that he could have measured as near; load and room count as for anybody.
 */
import { type Spot, wayMs } from './path-cost.ts';

/** Sites that one client tells of: those near it are what matters, and each is compared with each group of edges. */
export const MEASURED_MAX = 8;
/** Longer than round the world by satellite: what is longer has waited for something else. */
export const RTT_MAX_MS = 10_000;

export interface MeasuredSite {
  readonly site: string;
  /** Of a small request over a connection that stood already: 0 to RTT_MAX_MS. */
  readonly rttMs: number;
}

interface Landmark {
  readonly spot: Spot;
  /** From the client to there, one way, ms. */
  readonly ms: number;
}

export class MeasuredWays {
  readonly #sites = new Map<string, number>();
  readonly #landmarks: readonly Landmark[];

  /** `spots` are places of sites, each named by its `idc`; of one that has several, the first counts. */
  constructor(measured: readonly MeasuredSite[], spots: Iterable<Spot>) {
    for (const { site, rttMs } of measured) this.#sites.set(site, rttMs / 2);
    const landmarks = new Map<string, Landmark>();
    for (const spot of spots) {
      const ms = spot.idc === undefined ? undefined : this.#sites.get(spot.idc);
      if (ms !== undefined && !landmarks.has(spot.idc!)) landmarks.set(spot.idc!, { spot, ms });
    }
    this.#landmarks = [...landmarks.values()];
  }

  /** Whether any of the sites that were measured is known here: else nothing can be said. */
  get isOfUse(): boolean {
    return this.#landmarks.length > 0;
  }

  /** As measured; to a site that was not, the way by the best of those that were, which it is no longer than. */
  toMs(spot: Spot): number {
    const own = spot.idc === undefined ? undefined : this.#sites.get(spot.idc);
    if (own !== undefined) return own;
    let least = Number.POSITIVE_INFINITY;
    for (const landmark of this.#landmarks) {
      const ms = landmark.ms + wayMs(landmark.spot, spot);
      if (ms < least) least = ms;
    }
    return least;
  }

  /** A site that was not measured is at least so far: one that is far from a landmark which is near is not near. */
  atLeastMs(spot: Spot): number {
    return Math.max(0, ...this.#landmarks.map(landmark => wayMs(landmark.spot, spot) - landmark.ms));
  }

  has(site: string): boolean {
    return this.#sites.has(site);
  }

  /** The shortest way that was measured. */
  get nearestMs(): number {
    return Math.min(...this.#landmarks.map(({ ms }) => ms));
  }
}
