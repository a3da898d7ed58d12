/** A line of UDP on loopback: the bench stands between the two ends, which take it for each other. */
import type { Clock } from '../../transports/clock.ts';
import { chooseEngine } from '../../transports/engine.ts';
import { LINE_ADDRESS, SOCKET_BUFFER_BYTES } from './line-end.ts';
import { ImpairedLinks, type RelayLine, type Way } from './relay-line.ts';

export interface UdpLineOptions {
  readonly seeds: readonly string[];
  readonly clock: Clock;
  /** Of the ends, one for each link. */
  readonly senderPorts: readonly number[];
  readonly receiverPorts: readonly number[];
}

export async function openUdpLine(options: UdpLineOptions): Promise<RelayLine> {
  const { seeds, clock, senderPorts, receiverPorts } = options;
  const engine = chooseEngine('auto');
  const links = new ImpairedLinks({
    seeds,
    clock,
    deliver({ link, way, bytes }) {
      const [socket, ports] =
        way === 'to receiver' ? [atReceiver, receiverPorts] : ([atSender, senderPorts] as const);
      const path = { localAddress: LINE_ADDRESS, remoteAddress: LINE_ADDRESS, remotePort: ports[link]! };
      socket.send(bytes, path);
    },
    flush() {
      atSender.flush();
      atReceiver.flush();
    },
  });
  const open = (ports: readonly number[], way: Way) => {
    const linkOf = new Map(ports.map((port, link) => [port, link]));
    return engine.openSocket({
      port: 0,
      addresses: [LINE_ADDRESS],
      receiveBufferBytes: SOCKET_BUFFER_BYTES,
      sendBufferBytes: SOCKET_BUFFER_BYTES,
      sink: {
        receive(bytes, { remotePort }) {
          const link = linkOf.get(remotePort);
          if (link !== undefined) links.offer(link, way, bytes, bytes.length);
        },
        batchEnd() {},
      },
    });
  };
  const atSender = await open(senderPorts, 'to receiver');
  const atReceiver = await open(receiverPorts, 'to sender').catch(async (error: unknown) => {
    await atSender.close();
    throw error;
  });
  return {
    ports: {
      sender: seeds.map(() => atSender.port),
      receiver: seeds.map(() => atReceiver.port),
    },
    impair: plan => links.impair(plan),
    get bytesSent() {
      return links.bytesSent;
    },
    async close() {
      links.stop();
      await Promise.all([atSender.close(), atReceiver.close()]);
    },
  };
}
