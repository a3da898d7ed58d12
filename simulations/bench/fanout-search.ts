/** The most packets a second that a core carries without loss: more and more viewers, until something is lost. */
import type { FanoutOptions } from './fanout.ts';
import type { Stage } from './fanout-stage.ts';

/** Nobody needs to know it more exactly than by a twentieth, and it does not repeat more exactly than that. */
const EXACTNESS = 1 / 20;
const FIRST_STEP = 1.2;
/** Half a minute each. */
const TRIES_MAX = 9;
/** A load process that takes this share of its CPU is itself what is slow. */
export const SATURATED = 0.9;

export interface Most {
  readonly viewers: number;
  readonly packetsPerSecond: number;
  readonly serverCpu: number;
  /** What was at its limit with more than that. */
  readonly limit: 'server' | 'generator' | 'not found';
}

/** `borne` viewers are borne, as far as is known. */
export async function searchMost(
  stage: Pick<Stage, 'watch' | 'delivery'>,
  borne: number,
  { seconds, onProgress }: Pick<FanoutOptions, 'seconds' | 'onProgress'>,
): Promise<Most> {
  let most: Most = { viewers: 0, packetsPerSecond: 0, serverCpu: 0, limit: 'not found' };
  let limit: Most['limit'] = 'not found';
  let tooMany = Number.POSITIVE_INFINITY;
  let viewers = borne;
  for (let tries = 0; tries < TRIES_MAX; tries += 1) {
    onProgress(`the most without loss: ${viewers} viewers`);
    const { viewers: watching } = await stage.watch(viewers);
    const { lost, packetsPerSecond, serverCpu, loadCpu, ended } = await stage.delivery(seconds);
    if (lost === 0 && ended === 0 && watching === viewers) {
      if (viewers > most.viewers) most = { viewers, packetsPerSecond, serverCpu, limit };
    } else {
      tooMany = Math.min(tooMany, viewers);
      limit = loadCpu >= SATURATED && serverCpu < SATURATED ? 'generator' : 'server';
    }
    if (Number.isFinite(tooMany) && tooMany - most.viewers <= tooMany * EXACTNESS) break;
    viewers = Number.isFinite(tooMany)
      ? Math.round((most.viewers + tooMany) / 2)
      : Math.round(viewers * FIRST_STEP);
  }
  return { ...most, limit };
}
