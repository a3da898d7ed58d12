/** A UDP socket of a load client's: it speaks to one server alone, and so costs less than one that asks who sent what. */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';

/** What may wait in this process once the kernel's buffer is full: some 20 ms at 100 Mbit/s. */
const SEND_QUEUE_MAX_BYTES = 256 * 1024;

export interface ConnectedUdp {
  send(bytes: Uint8Array): void;
  /** Resolves once it is closed; what still comes is not handed on. */
  close(): Promise<void>;
}

/** Of the server, and our own; as text. */
export interface ConnectedUdpOptions {
  readonly localAddress: string;
  readonly address: string;
  readonly port: number;
  /** What the kernel is asked to keep for us. */
  readonly receiveBufferBytes: number;
  receive(bytes: Uint8Array): void;
}

/** Resolves once the socket is open, on any port that is free. */
export async function connectUdp(options: ConnectedUdpOptions): Promise<ConnectedUdp> {
  const { localAddress, address, port, receiveBufferBytes, receive } = options;
  const socket = createSocket({
    type: 'udp4',
    recvBufferSize: receiveBufferBytes,
    // Addresses are always literal here.
    lookup: (literal, _options, found) => found(null, literal, 4),
  });
  // What cannot be sent or received is lost, as on any network; that the server is gone, the client's core finds out.
  socket.on('error', () => {});
  const listening = once(socket, 'listening');
  socket.bind({ address: localAddress, port: 0, exclusive: true });
  await listening;
  const connected = once(socket, 'connect');
  socket.connect(port, address);
  await connected;
  socket.on('message', receive);
  let closing: Promise<void> | undefined;
  return {
    send(bytes) {
      if (closing !== undefined || socket.getSendQueueSize() > SEND_QUEUE_MAX_BYTES) return;
      socket.send(bytes, onSent);
    },
    close() {
      if (closing !== undefined) return closing;
      socket.off('message', receive);
      closing = once(socket, 'close').then(() => undefined);
      socket.close();
      return closing;
    },
  };
}

/** One function for all sends: without one, node:dgram makes an event of what the kernel refuses. */
function onSent(): void {}
