/** Ports of this machine that nothing uses at the moment. */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:net';

/** One TCP port each on `address`, all different: they are held together until all are known. */
export async function freeTcpPorts(count: number, address: string): Promise<readonly number[]> {
  const servers = Array.from({ length: count }, () => createServer());
  await Promise.all(
    servers.map(server => {
      server.listen(0, address);
      return once(server, 'listening');
    }),
  );
  const ports = servers.map(server => (server.address() as { port: number }).port);
  await Promise.all(servers.map(server => new Promise(resolve => server.close(resolve))));
  return ports;
}

export async function freeUdpPorts(count: number, address: string): Promise<readonly number[]> {
  const sockets = Array.from({ length: count }, () => createSocket(address.includes(':') ? 'udp6' : 'udp4'));
  await Promise.all(
    sockets.map(socket => {
      const listening = once(socket, 'listening');
      socket.bind(0, address);
      return listening;
    }),
  );
  const ports = sockets.map(socket => socket.address().port);
  await Promise.all(sockets.map(socket => new Promise<void>(resolve => socket.close(resolve))));
  return ports;
}
