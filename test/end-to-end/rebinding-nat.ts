/**
 * A NAT between a client and a node on loopback, which can give the client another public address while it talks, or lose
 * what passes.
 */
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';

const INSIDE = '127.0.0.1';

export interface RebindingNat {
  /** A description of the node's, in which its candidates lead here instead. */
  hides(sdp: string): string;
  /** From now on the node sees the client at another address of this machine. */
  rebind(address: string): Promise<void>;
  close(): void;
}

/** Whether a datagram that one of them has sent is to get lost. */
export type Loses = (from: 'client' | 'node', bytes: Uint8Array) => boolean;

/** `address` is what the node sees the client at. */
export async function startNat(address: string, loses: Loses = () => false): Promise<RebindingNat> {
  const inside = await bound(INSIDE);
  let outside: Socket | undefined;
  let nodePort = 0;
  let clientPort = 0;
  inside.on('message', (bytes, { port }) => {
    clientPort = port;
    if (nodePort !== 0 && !loses('client', bytes)) outside?.send(bytes, nodePort, INSIDE);
  });
  const nat: RebindingNat = {
    hides(sdp) {
      nodePort = Number(/^a=candidate:.* udp \d+ 127\.0\.0\.1 (\d+) typ host/m.exec(sdp)![1]);
      return sdp.replaceAll(` ${nodePort} `, ` ${inside.address().port} `);
    },
    async rebind(to) {
      const next = await bound(to);
      next.on('message', bytes => {
        if (clientPort !== 0 && !loses('node', bytes)) inside.send(bytes, clientPort, INSIDE);
      });
      outside?.close();
      outside = next;
    },
    close() {
      inside.close();
      outside?.close();
    },
  };
  await nat.rebind(address);
  return nat;
}

async function bound(address: string): Promise<Socket> {
  const socket = createSocket('udp4');
  const listening = once(socket, 'listening');
  socket.bind({ address, port: 0 });
  await listening;
  return socket;
}
