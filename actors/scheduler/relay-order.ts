import { stableHash } from '../stable-hash.ts';

/**
 * An order of a site's relays for each stream (highest random weight): streams spread evenly over them, and when one
 * goes, only the streams that had it first get another.
 */
export function ranked<N extends { readonly node: string }>(
  stream: string,
  relays: Iterable<N>,
): readonly N[] {
  return [...relays]
    .map(relay => ({ relay, weight: weightOf(stream, relay.node) }))
    .sort((a, b) => b.weight - a.weight || (a.relay.node < b.relay.node ? -1 : 1))
    .map(({ relay }) => relay);
}

function weightOf(stream: string, node: string): number {
  return stableHash(`${stream}\n${node}`);
}
