/**
 * A number for a name, the same in every thread and process and after each restart: 32 bits of FNV-1a, then mixed
 * until names that differ in their last letter have nothing in common. Not for secrets: whoever likes can find names
 * of one number.
 */
export function stableHash(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i += 1) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
