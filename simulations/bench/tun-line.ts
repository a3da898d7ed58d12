/** A line of IP packets between two network namespaces: the bench stands between a TUN device in each (tun.txt of the kernel). */
import type { Clock } from '../../transports/clock.ts';
import { readUint16 } from '../../transports/rtp/byte-order.ts';
import { loadNativeLoad, type NativeTun } from '../load/native-load.ts';
import { firstReceiverPort, namespaceOf, TUN_NAME } from './namespaces.ts';
import { ImpairedLinks, type RelayLine, type Way } from './relay-line.ts';

/** Of IPv4 (RFC 791), without options, which nobody here sends. */
const IP_HEADER_BYTES = 20;
const IPV4 = 4;
const PROTOCOL_AT = 9;
const TCP = 6;
/** As much as UDP's header has does not count, as it does not for the others. */
const UDP_HEADER_BYTES = 8;
/** Where TCP has its ports. */
const SOURCE_PORT_AT = IP_HEADER_BYTES;
const DESTINATION_PORT_AT = IP_HEADER_BYTES + 2;

export interface TunLineOptions {
  readonly seeds: readonly string[];
  readonly clock: Clock;
  /** Processes, each in a namespace of its own. */
  readonly senderPid: number;
  readonly receiverPid: number;
}

/** Throws an Error for people where that cannot be. */
export function openTunLine({ seeds, clock, senderPid, receiverPid }: TunLineOptions): RelayLine {
  const { NativeTun: Tun } = loadNativeLoad();
  const links = new ImpairedLinks({
    seeds,
    clock,
    deliver: ({ way, bytes }) => void (way === 'to receiver' ? atReceiver : atSender)?.write(bytes),
    flush() {},
  });
  const open = (pid: number, way: Way): NativeTun =>
    new Tun(namespaceOf(pid), TUN_NAME, packet => {
      const link = linkOf(packet, way);
      if (link !== undefined && link < seeds.length)
        links.offer(link, way, packet, packet.length - IP_HEADER_BYTES - UDP_HEADER_BYTES);
    });
  let atReceiver: NativeTun | undefined;
  const atSender = open(senderPid, 'to receiver');
  const close = async () => {
    links.stop();
    atSender.close();
    atReceiver?.close();
  };
  try {
    atReceiver = open(receiverPid, 'to sender');
  } catch (error) {
    void close();
    throw error;
  }
  return {
    ports: { sender: [], receiver: [] },
    impair: plan => links.impair(plan),
    get bytesSent() {
      return links.bytesSent;
    },
    close,
  };
}

/** Nothing for what is not of our connections: the kernel looks for routers and neighbours of itself. */
export function linkOf(packet: Uint8Array, way: Way): number | undefined {
  if (packet.length < DESTINATION_PORT_AT + 2 || packet[0]! >> 4 !== IPV4 || packet[PROTOCOL_AT] !== TCP)
    return undefined;
  const port = readUint16(packet, way === 'to receiver' ? DESTINATION_PORT_AT : SOURCE_PORT_AT);
  return port < firstReceiverPort ? undefined : port - firstReceiverPort;
}
