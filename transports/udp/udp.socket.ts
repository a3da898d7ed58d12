/** Datagrams over the kernel's sockets, by node:dgram: one socket for each local address, all on one port. */
import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { debuglog } from 'node:util';
import { bindError, bindOnOnePort, localAddressesToBind } from './bind.ts';
import { KnownPaths } from './known-paths.ts';
import type { Path } from './path.ts';
import type { DatagramCounters, DatagramSink, DatagramSocket } from './port.ts';

export interface UdpOptions {
  /** 0 takes any port that is free on all the addresses. */
  readonly port: number;
  /** Our own addresses as text, at least one, no wildcard: an answer must leave by the address that was asked. */
  readonly addresses: readonly string[];
  readonly sink: DatagramSink;
  /** How much the kernel is asked to keep for us, each way, per address. Absent: what the system gives by default. */
  readonly receiveBufferBytes?: number;
  readonly sendBufferBytes?: number;
}

/** `send` takes its bytes over: whoever hands a datagram in does not write to it again. */
export interface UdpSocket extends DatagramSocket {
  /** The least that any of the addresses was granted; less than asked means net.core.rmem_max is lower. */
  readonly grantedReceiveBufferBytes: number;
  /** Likewise, by net.core.wmem_max. */
  readonly grantedSendBufferBytes: number;
}

/** What may wait in this process per address once the kernel's buffer is full: some 20 ms at 100 Mbit/s. */
const SEND_QUEUE_MAX_BYTES = 256 * 1024;
/** Linux doubles what it is asked for, for its own bookkeeping, and reports the double (socket(7), SO_RCVBUF). */
const REPORTED_BUFFER_FACTOR = process.platform === 'linux' ? 2 : 1;

const trace = debuglog('zrtc-udp');

/** Opens the port on every address, or none. Rejects with an error whose message names address, port and setting. */
export async function openUdp(options: UdpOptions): Promise<UdpSocket> {
  const addresses = localAddressesToBind(options.addresses);
  const sockets = await bindOnOnePort(addresses, options.port, {
    bind: bindOne,
    portOf: socket => socket.address().port,
    close: closeOne,
  });
  return serve(options, sockets);
}

async function bindOne(address: string, port: number): Promise<Socket> {
  const isIpv6 = address.includes(':');
  const socket = createSocket({
    type: isIpv6 ? 'udp6' : 'udp4',
    ipv6Only: isIpv6,
    // Addresses are always literal here: resolved on the spot, a send neither waits for a turn nor asks DNS.
    lookup: (literal, _options, found) => found(null, literal, isIpv6 ? 6 : 4),
  });
  try {
    // Listened for first: with the address resolved on the spot, the news comes before `bind` returns.
    const listening = once(socket, 'listening');
    socket.bind({ address, port, exclusive: true });
    await listening;
    return socket;
  } catch (error) {
    await closeOne(socket);
    throw bindError(error, address, port);
  }
}

/** Connects bound sockets to the sink. */
function serve(options: UdpOptions, sockets: ReadonlyMap<string, Socket>): UdpSocket {
  const { sink } = options;
  const counters: DatagramCounters = {
    datagramsReceived: 0,
    bytesReceived: 0,
    datagramsSent: 0,
    bytesSent: 0,
    sendErrors: 0,
  };
  const paths = new KnownPaths<string>();
  let batchIsOpen = false;
  let closing: Promise<void> | undefined;

  // One wake-up of the event loop reads all ready sockets before its immediates run.
  const endBatch = () => {
    batchIsOpen = false;
    if (closing === undefined) sink.batchEnd();
  };
  const receive = (localAddress: string, bytes: Uint8Array, remote: RemoteInfo) => {
    if (closing !== undefined) return;
    counters.datagramsReceived += 1;
    counters.bytesReceived += bytes.length;
    if (!batchIsOpen) {
      batchIsOpen = true;
      setImmediate(endBatch);
    }
    const path = paths.get(`${localAddress} ${remote.address} ${remote.port}`, () => ({
      localAddress,
      remoteAddress: remote.address,
      remotePort: remote.port,
    }));
    sink.receive(bytes, path);
  };
  // One function for all sends: without one, node:dgram says nothing of what the kernel refuses.
  const onSent = (error: Error | null, byteCount: number) => {
    if (error) {
      counters.sendErrors += 1;
      trace('not sent: %s', error.message);
      return;
    }
    counters.datagramsSent += 1;
    counters.bytesSent += byteCount;
  };

  for (const [localAddress, socket] of sockets) {
    socket.on('message', (bytes, remote) => receive(localAddress, bytes, remote));
    // A failed read says something of one datagram that is gone, and nothing of the next.
    socket.on('error', error => trace('%s: %s', localAddress, error.message));
  }
  const all = [...sockets.values()];
  return {
    port: all[0]!.address().port,
    addresses: [...sockets.keys()],
    counters,
    grantedReceiveBufferBytes: Math.min(...all.map(one => receiveBuffer(one, options.receiveBufferBytes))),
    grantedSendBufferBytes: Math.min(...all.map(one => sendBuffer(one, options.sendBufferBytes))),
    send(bytes: Uint8Array, path: Path): void {
      const socket = sockets.get(path.localAddress);
      if (closing !== undefined || socket === undefined || socket.getSendQueueSize() > SEND_QUEUE_MAX_BYTES) {
        counters.sendErrors += 1;
        return;
      }
      try {
        socket.send(bytes, 0, bytes.length, path.remotePort, path.remoteAddress, onSent);
      } catch (error) {
        // node:dgram throws for a port that is none.
        counters.sendErrors += 1;
        trace('not sent: %s', error);
      }
    },
    // Each has gone to the kernel by itself.
    flush(): void {},
    close(): Promise<void> {
      closing ??= Promise.all(all.map(closeOne)).then(() => undefined);
      return closing;
    },
  };
}

function receiveBuffer(socket: Socket, askedBytes: number | undefined): number {
  if (askedBytes !== undefined) socket.setRecvBufferSize(askedBytes);
  return socket.getRecvBufferSize() / REPORTED_BUFFER_FACTOR;
}

function sendBuffer(socket: Socket, askedBytes: number | undefined): number {
  if (askedBytes !== undefined) socket.setSendBufferSize(askedBytes);
  return socket.getSendBufferSize() / REPORTED_BUFFER_FACTOR;
}

async function closeOne(socket: Socket): Promise<void> {
  const closed = once(socket, 'close');
  socket.close();
  await closed;
}
