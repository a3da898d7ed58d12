/** The port through which shards send and receive datagrams; `udp.socket.ts` is the real one. */
import type { Path } from './path.ts';

/** What a socket calls as datagrams come in. */
export interface DatagramSink {
  /** One datagram. `bytes` is borrowed for this call: whoever keeps it copies it. */
  receive(bytes: Uint8Array, path: Path): void;
  /** All that one wake-up of the socket received has been handed over. */
  batchEnd(): void;
}

export interface DatagramSocket {
  /** The port all the local addresses are bound to. */
  readonly port: number;
  /** The local addresses that are bound, as text. */
  readonly addresses: readonly string[];
  /**
   * Sends one datagram along `path`, by the next `flush`; what the kernel has no room for is dropped and counted.
   * `dontFragment`: whole or not at all, whatever the kernel believes of the path, as a probe of its MTU has to go. Only the
   * native engine's sockets see to that.
   */
  send(bytes: Uint8Array, path: Path, dontFragment?: boolean): void;
  /** The end of a turn: nothing that was sent waits any longer. */
  flush(): void;
  readonly counters: DatagramCounters;
  close(): Promise<void>;
}

export interface DatagramCounters {
  datagramsReceived: number;
  bytesReceived: number;
  datagramsSent: number;
  bytesSent: number;
  /** Datagrams that the kernel refused (no buffer, no route). */
  sendErrors: number;
}
