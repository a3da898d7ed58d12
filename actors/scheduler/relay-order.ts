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

/** FNV-1a over both names, then mixed until names that differ in their last letter have nothing in common. */
function weightOf(stream: string, node: string): number {
  const text = `${stream}\n${node}`;
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i += 1) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
