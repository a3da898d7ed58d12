/** A socket of Node's own that keeps what comes to each of its addresses: datagrams that left as segments come apart there. */
import type { Path } from '../../../transports/udp/path.ts';
import type { DatagramSocket } from '../../../transports/udp/port.ts';
import { openUdp } from '../../../transports/udp/udp.socket.ts';

/** No packet: sent behind everything else, it tells that all the rest has come. */
const END = Buffer.from('the end');
/** For some thousand datagrams, as far as the kernel gives it. */
const RECEIVE_BUFFER_BYTES = 4 * 1024 * 1024;

export interface Receiver {
  /** Where to send what is for one of its addresses. */
  pathTo(address: string): Path;
  /** What has come to each address since the last time, once all that `sender` has sent to them until now has come. */
  taken(sender: DatagramSocket): Promise<Map<string, Buffer[]>>;
  close(): Promise<void>;
}

/** `from` is the sender's own address. */
export async function openReceiver(addresses: readonly string[], from = '127.0.0.1'): Promise<Receiver> {
  let received = new Map<string, Buffer[]>();
  let endsMissing = 0;
  let done = () => {};
  const socket = await openUdp({
    port: 0,
    addresses,
    receiveBufferBytes: RECEIVE_BUFFER_BYTES,
    sink: {
      receive(bytes, { localAddress }) {
        if (END.equals(bytes)) {
          endsMissing -= 1;
          if (endsMissing === 0) done();
        } else {
          const there = received.get(localAddress) ?? [];
          received.set(localAddress, there);
          there.push(Buffer.from(bytes));
        }
      },
      batchEnd() {},
    },
  });
  const pathTo = (address: string): Path => ({
    localAddress: from,
    remoteAddress: address,
    remotePort: socket.port,
  });
  return {
    pathTo,
    async taken(sender) {
      endsMissing = addresses.length;
      const ended = new Promise<void>(resolve => {
        done = resolve;
      });
      for (const address of addresses) sender.send(END, pathTo(address));
      sender.flush();
      await ended;
      const taken = received;
      received = new Map();
      return taken;
    },
    close: () => socket.close(),
  };
}
