/** What it takes to open one UDP port on several local addresses, whatever opens it; and what is said when it cannot be. */
import { ipBytes, ipText } from './ip-address.ts';

/** A port that is free on one address is seldom taken on another; this many in a row is no accident. */
const ANY_PORT_TRIES_MAX = 16;

export interface Binding<Bound> {
  /** Throws or rejects with what `bindError` makes. */
  bind(address: string, port: number): Bound | Promise<Bound>;
  portOf(bound: Bound): number;
  close(bound: Bound): void | Promise<void>;
}

/** Each address once, in the spelling of paths. Throws for none at all, and for what a path's local address may not be. */
export function localAddressesToBind(addresses: readonly string[]): readonly string[] {
  if (addresses.length === 0) throw new Error('no local address to open a UDP port on');
  return [...new Set(addresses.map(canonical))];
}

/** Opens the port on every address, or none; 0 takes any port that is free on all of them. By address. */
export async function bindOnOnePort<Bound>(
  addresses: readonly string[],
  port: number,
  { bind, portOf, close }: Binding<Bound>,
): Promise<ReadonlyMap<string, Bound>> {
  for (let tries = 1; ; tries += 1) {
    const all = new Map<string, Bound>();
    let chosenPort = port;
    try {
      for (const address of addresses) {
        const bound = await bind(address, chosenPort);
        all.set(address, bound);
        chosenPort = portOf(bound);
      }
      return all;
    } catch (error) {
      await Promise.all([...all.values()].map(close));
      const mayRetry = port === 0 && codeOf(error) === 'EADDRINUSE' && tries < ANY_PORT_TRIES_MAX;
      if (!mayRetry) throw error;
    }
  }
}

/** An error whose message names address, port and setting; `cause` is what the system said, with or without a code. */
export function bindError(cause: unknown, address: string, port: number): Error {
  const code = codeOf(cause);
  const where = address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
  const message =
    code === 'EADDRINUSE'
      ? `UDP ${where} is in use by another program: stop it, or set media.port to a free port`
      : code === 'EADDRNOTAVAIL'
        ? `UDP ${where} cannot be opened: this machine has no address ${address}`
        : code === 'EACCES'
          ? `UDP ${where} may not be opened by this user: set media.port to 1024 or more`
          : `UDP ${where} cannot be opened: ${cause instanceof Error ? cause.message : String(cause)}`;
  return Object.assign(new Error(message, { cause }), { code });
}

/** Throws for what a path's local address may not be (see path.ts). */
function canonical(address: string): string {
  const bytes = ipBytes(address);
  if (bytes === undefined) throw new Error(`not an IP address: ${address}`);
  if (bytes.every(byte => byte === 0))
    throw new Error(`${address} is a wildcard: name the addresses instead`);
  return ipText(bytes);
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}
