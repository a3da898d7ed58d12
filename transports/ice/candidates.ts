/** The candidates that we offer: one host candidate for each of our addresses (RFC 8445 section 5.1.1.1). */

export interface HostCandidate {
  readonly address: string;
  readonly port: number;
}

/** All on the one UDP port that a shard has, in the order of `addresses`, which is the order of preference; each once. */
export function hostCandidates(addresses: readonly string[], port: number): readonly HostCandidate[] {
  return [...new Set(addresses)].map(address => ({ address, port }));
}
