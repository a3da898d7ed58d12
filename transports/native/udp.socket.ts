/** Datagrams over the kernel's sockets by the native engine: many are read, and many are sent, in one call. */
import { getSystemErrorMessage, getSystemErrorName } from 'node:util';
import { readUint16, readUint32 } from '../rtp/byte-order.ts';
import { bindError, bindOnOnePort, localAddressesToBind } from '../udp/bind.ts';
import { ipText } from '../udp/ip-address.ts';
import { KnownPaths } from '../udp/known-paths.ts';
import type { Path } from '../udp/path.ts';
import type { DatagramCounters, DatagramSink } from '../udp/port.ts';
import type { UdpOptions, UdpSocket } from '../udp/udp.socket.ts';
import type { NativeAddon, NativeOutlet, NativeUdp } from './addon.ts';

/** Where what is told of a datagram has its parts (addon.ts). */
const PORT_AT = 2;
const FAMILY_AT = 4;
const ADDRESS_AT = 8;

export class NativeUdpSocket implements UdpSocket {
  readonly #native: NativeUdp;
  readonly #sink: DatagramSink;
  readonly #told: Uint8Array;
  readonly #toldBytes: number;
  /** The places that datagrams are read into. */
  readonly #places: readonly Uint8Array[];
  readonly #addresses: string[] = [];
  readonly #paths = new KnownPaths<number | string>();
  #latestKey: number | string | undefined;
  #latestPath: Path | undefined;
  /** Memory that what is queued was made from, and is looked at again before it is sent, or that it is yet to be sent from. */
  readonly #sources = new Set<Int32Array | Uint8Array>();
  #sendErrors = 0;
  #port = 0;
  #isClosed = false;
  grantedReceiveBufferBytes = Number.POSITIVE_INFINITY;
  grantedSendBufferBytes = Number.POSITIVE_INFINITY;

  /** Opens the port on every address, or none. Rejects with an error whose message names address, port and setting. */
  static async open(addon: NativeAddon, options: UdpOptions): Promise<NativeUdpSocket> {
    const addresses = localAddressesToBind(options.addresses);
    let socket: NativeUdpSocket | undefined;
    await bindOnOnePort(addresses, options.port, {
      bind(address, port) {
        socket ??= new NativeUdpSocket(addon, options.sink);
        return socket.#bind(options, address, port);
      },
      portOf: port => port,
      close() {
        void socket?.close();
        socket = undefined;
      },
    }).catch((error: unknown) => {
      // That of a first address that could not be bound.
      void socket?.close();
      throw error;
    });
    return socket!;
  }

  private constructor({ NativeUdp }: NativeAddon, sink: DatagramSink) {
    const { READ_BATCH, READ_BYTES, TOLD_BYTES } = NativeUdp;
    const staging = new Uint8Array(READ_BATCH * READ_BYTES);
    this.#sink = sink;
    this.#told = new Uint8Array(READ_BATCH * TOLD_BYTES);
    this.#toldBytes = TOLD_BYTES;
    this.#places = Array.from({ length: READ_BATCH }, (_, i) =>
      staging.subarray(i * READ_BYTES, (i + 1) * READ_BYTES),
    );
    this.#native = new NativeUdp(
      staging,
      this.#told,
      (address, count, isLast) => {
        try {
          this.#receive(address, count);
        } finally {
          if (isLast) this.#endTurn();
        }
      },
      () => this.#endTurn(),
    );
  }

  get port(): number {
    return this.#port;
  }

  get addresses(): readonly string[] {
    return this.#addresses;
  }

  get counters(): DatagramCounters {
    const [datagramsReceived, bytesReceived, , datagramsSent, bytesSent, errors] = this.#native.counters();
    const sendErrors = errors + this.#sendErrors;
    return { datagramsReceived, bytesReceived, datagramsSent, bytesSent, sendErrors };
  }

  /** Datagrams that were not sent, since what they were made of had been overwritten. */
  get overwritten(): number {
    return this.#native.counters()[6];
  }

  /** Datagrams that another thread overwrote while the kernel took them from where they lay. */
  get torn(): number {
    return this.#native.counters()[7];
  }

  send(bytes: Uint8Array, { localAddress, remoteAddress, remotePort }: Path, dontFragment = false): void {
    const address = this.#addresses.indexOf(localAddress);
    if (this.#isClosed || !this.#native.send(bytes, address, remoteAddress, remotePort, dontFragment))
      this.#sendErrors += 1;
  }

  /** What an outlet seals goes along `path` from now on. */
  lead(outlet: NativeOutlet, { localAddress, remoteAddress, remotePort }: Path): void {
    outlet.lead(this.#native, this.#addresses.indexOf(localAddress), remoteAddress, remotePort);
  }

  /** Keeps the memory that an outlet is about to send from until that has been sent. */
  keep(source: Int32Array | Uint8Array): void {
    this.#sources.add(source);
  }

  flush(): void {
    this.#native.flush();
    this.#sources.clear();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#native.close();
    this.#sources.clear();
  }

  /** The port. Throws what a bind error is. */
  #bind({ receiveBufferBytes = 0, sendBufferBytes = 0 }: UdpOptions, address: string, port: number): number {
    const opened = this.#native.open(address, port, receiveBufferBytes, sendBufferBytes);
    if (typeof opened === 'number') {
      const cause = new Error(getSystemErrorMessage(opened));
      throw bindError(Object.assign(cause, { code: getSystemErrorName(opened) }), address, port);
    }
    const [boundPort, receiveBytes, sendBytes] = opened;
    this.#addresses.push(address);
    this.#port = boundPort;
    this.grantedReceiveBufferBytes = Math.min(this.grantedReceiveBufferBytes, receiveBytes);
    this.grantedSendBufferBytes = Math.min(this.grantedSendBufferBytes, sendBytes);
    return boundPort;
  }

  #endTurn(): void {
    if (!this.#isClosed) this.#sink.batchEnd();
  }

  #receive(address: number, count: number): void {
    const told = this.#told;
    for (let i = 0, at = 0; i < count && !this.#isClosed; i += 1, at += this.#toldBytes) {
      const length = readUint16(told, at);
      // What did not fit has length 0, as has what is nothing.
      if (length > 0) this.#sink.receive(this.#places[i]!.subarray(0, length), this.#pathOf(address, at));
    }
  }

  /** The path of what is told at `at`; the same object for the same path, as long as it is known. */
  #pathOf(address: number, at: number): Path {
    const told = this.#told;
    const port = readUint16(told, at + PORT_AT);
    const isIpv4 = told[at + FAMILY_AT] === 4;
    // Both are exact: 32 and 16 bits, and the few addresses that a machine has.
    const key = isIpv4
      ? (address * 2 ** 32 + readUint32(told, at + ADDRESS_AT)) * 2 ** 16 + port
      : `${address} ${told.subarray(at + ADDRESS_AT, at + ADDRESS_AT + 16).join()} ${port}`;
    // Most come along the path of the one before, a relay's all the time.
    if (key === this.#latestKey) return this.#latestPath!;
    const path = this.#paths.get(key, () => this.#newPath(address, at, port, isIpv4));
    this.#latestKey = key;
    this.#latestPath = path;
    return path;
  }

  #newPath(address: number, at: number, port: number, isIpv4: boolean): Path {
    const bytes = this.#told.subarray(at + ADDRESS_AT, at + ADDRESS_AT + (isIpv4 ? 4 : 16));
    return { localAddress: this.#addresses[address]!, remoteAddress: ipText(bytes), remotePort: port };
  }
}
