/**
 * A path that datagrams take: the remote transport address, and our own address by which they came, since an answer
 * that leaves by another of our addresses fails the peer's connectivity check (RFC 8445 section 7.2.5.2.1).
 */
export interface Path {
  /** Our own address, as text: `127.0.0.1`, `::1`; never a wildcard, never IPv4-mapped. */
  readonly localAddress: string;
  /** The peer's address, as text, in the same form. */
  readonly remoteAddress: string;
  readonly remotePort: number;
}

/** Sockets give the same object for the same path, as a rule: its text is made once, and not for every datagram. */
const keys = new WeakMap<Path, string>();

/** Equal for equal paths: what maps are keyed by. */
export function pathKey(path: Path): string {
  const known = keys.get(path);
  if (known !== undefined) return known;
  const key = `${path.remoteAddress} ${path.remotePort} ${path.localAddress}`;
  keys.set(path, key);
  return key;
}

export function samePath(a: Path, b: Path): boolean {
  // Sockets give the same object for the same path, as a rule.
  return (
    a === b ||
    (a.remotePort === b.remotePort &&
      a.remoteAddress === b.remoteAddress &&
      a.localAddress === b.localAddress)
  );
}
