/**
 * A client on the virtual network: checks connectivity as a browser does, shakes hands by identity, and then sends and
 * keeps what its scenario wants. It can also vanish, which a real client does more often than it says goodbye.
 */
import type { Clock, Timer } from '../transports/clock.ts';
import { makeIceCredentials } from '../transports/ice/credentials.ts';
import type { Random } from '../transports/random.ts';
import type { IceCredentials } from '../transports/sdp/port.ts';
import { buildStun } from '../transports/stun/build.ts';
import { parseStun } from '../transports/stun/message.ts';
import type { Path } from '../transports/udp/path.ts';
import type { DatagramSocket } from '../transports/udp/port.ts';
import { demultiplex } from '../transports/webrtc/demultiplex.ts';
import { identityClose, identityHello, isIdentityFinished } from './identity-security.ts';
import type { VirtualNetwork } from './network.ts';

/** As browsers do on the pair in use. */
const CHECK_INTERVAL_MS = 2500;
/** Until the first answer. */
const FIRST_CHECK_INTERVAL_MS = 100;

export interface SimulatedClientOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly network: VirtualNetwork;
  readonly address: string;
  /** What it fails to send: whatever this says true to. */
  readonly mute?: (bytes: Uint8Array) => boolean;
}

export class SimulatedClient {
  readonly ice: IceCredentials;
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #socket: DatagramSocket;
  readonly #mute: (bytes: Uint8Array) => boolean;
  #path: Path | undefined;
  #remote: IceCredentials | undefined;
  #timer: Timer | undefined;
  #checked = false;
  /** When DTLS would be complete, ms; undefined before. */
  connectedAtMs: number | undefined;
  /** The server said goodbye. */
  closed = false;
  readonly rtp: Uint8Array[] = [];
  readonly rtcp: Uint8Array[] = [];

  constructor({ clock, random, network, address, mute = () => false }: SimulatedClientOptions) {
    this.#mute = mute;
    this.#clock = clock;
    this.#random = random;
    this.ice = makeIceCredentials(random);
    this.#socket = network.open({
      addresses: [address],
      port: 0,
      sink: { receive: bytes => this.#receive(bytes), batchEnd: () => {} },
    });
  }

  /** Begins to check connectivity to the server. */
  connect(remote: IceCredentials, server: { readonly address: string; readonly port: number }): void {
    this.#remote = remote;
    const localAddress = this.#socket.addresses[0]!;
    this.#path = { localAddress, remoteAddress: server.address, remotePort: server.port };
    this.#check();
  }

  /** Sends media, or anything else, as it is. */
  send(bytes: Uint8Array): void {
    if (this.#path !== undefined && !this.#mute(bytes)) this.#socket.send(bytes, this.#path);
  }

  /** Says goodbye, and is gone. */
  async leave(): Promise<void> {
    this.send(identityClose);
    await this.vanish();
  }

  /** Is gone without a word. */
  async vanish(): Promise<void> {
    this.#timer?.cancel();
    this.#timer = undefined;
    await this.#socket.close();
  }

  #check(): void {
    const remote = this.#remote!;
    const request = buildStun({
      class: 'request',
      transactionId: this.#random.bytes(12),
      attributes: {
        username: `${remote.ufrag}:${this.ice.ufrag}`,
        priority: 1,
        useCandidate: true,
        iceControlling: 1n,
      },
      password: remote.pwd,
    });
    this.send(request);
    const delayMs = this.#checked ? CHECK_INTERVAL_MS : FIRST_CHECK_INTERVAL_MS;
    this.#timer = this.#clock.setTimer(delayMs, () => {
      if (this.#checked && this.connectedAtMs === undefined) this.send(identityHello);
      this.#check();
    });
  }

  #receive(bytes: Uint8Array): void {
    switch (demultiplex(bytes)) {
      case 'stun':
        if (parseStun(bytes)?.class !== 'success') return;
        if (!this.#checked) this.send(identityHello);
        this.#checked = true;
        return;
      case 'dtls':
        if (isIdentityFinished(bytes)) this.connectedAtMs ??= this.#clock.nowMs();
        else this.closed = true;
        return;
      case 'srtp':
        this.rtp.push(bytes.slice());
        return;
      case 'srtcp':
        this.rtcp.push(bytes.slice());
        return;
      default:
    }
  }
}
