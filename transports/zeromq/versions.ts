/** Versions of the protocol between nodes: two that are neighbours can work together while a cluster is updated. */

/** Grows with every change of what frames mean. */
export const PROTOCOL_VERSION = 1;
/** The oldest one that this program still speaks. */
export const LOWEST_PROTOCOL_VERSION = 1;

export interface VersionRange {
  readonly lowest: number;
  readonly highest: number;
}

export const ownVersions: VersionRange = { lowest: LOWEST_PROTOCOL_VERSION, highest: PROTOCOL_VERSION };

/** The highest version that both speak, or undefined when there is none. */
export function commonVersion(one: VersionRange, other: VersionRange): number | undefined {
  const version = Math.min(one.highest, other.highest);
  return version >= Math.max(one.lowest, other.lowest) ? version : undefined;
}

export function formatVersions({ lowest, highest }: VersionRange): string {
  return lowest === highest ? `version ${highest}` : `versions ${lowest} to ${highest}`;
}
