/** TCP ports of loopback that nobody listens on. */
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';

/** Different ports, free just now: somebody else may still take one before it is used. */
export async function freePorts(count: number): Promise<readonly number[]> {
  const servers = Array.from({ length: count }, () => createServer());
  // All are held until the last is known, so that no port comes twice.
  await Promise.all(
    servers.map(server => {
      const listening = once(server, 'listening');
      server.listen(0, '127.0.0.1');
      return listening;
    }),
  );
  const ports = servers.map(server => (server.address() as AddressInfo).port);
  await Promise.all(servers.map(server => new Promise(resolve => server.close(resolve))));
  return ports;
}
