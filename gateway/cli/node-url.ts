/** Where the node of a configuration is reached from this machine. */
import type { Config } from '../../actors/config/schema.ts';

/** With a slash at the end; undefined when the port is any that was free, which the configuration cannot tell. */
export function nodeUrl({ http }: Config): URL | undefined {
  if (http.port === 0) return undefined;
  const scheme = http.tls === 'off' ? 'http' : 'https';
  return new URL(`${scheme}://${reachable(http.host)}:${http.port}/`);
}

/** A wildcard is listened on, and not gone to. */
function reachable(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1';
  if (host === '::') return '[::1]';
  return host.includes(':') ? `[${host}]` : host;
}
