/** `--cores`, as benches of core shards have it. */
import type { Flag, FlagValues } from '../arguments.ts';
import { numberOf } from '../number-flags.ts';

/** More than any machine that a node was ever tried on. */
const CORES_MAX = 64;

export const coresFlag: Flag = {
  name: 'cores',
  placeholder: 'N',
  description: `core shards of the node (media.cores), up to ${CORES_MAX}; by default as many as a node takes by itself`,
};

/** Nothing where it is left to the node. Throws UsageError. */
export function coresOf(flags: FlagValues): { readonly cores?: number } {
  return flags.cores === undefined ? {} : { cores: numberOf(flags, 'cores', { initial: 1, max: CORES_MAX }) };
}
