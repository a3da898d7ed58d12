/** Datagrams as they go over the wire. */
import type { Host } from './world.ts';

/** What the host sends from now on. */
export function captureTo(host: Host): Uint8Array[] {
  const sent: Uint8Array[] = [];
  const { send } = host.socket;
  host.socket.send = (bytes, path) => {
    sent.push(bytes.slice());
    send(bytes, path);
  };
  return sent;
}
