/**
 * A client on the virtual network: a full ICE agent that checks connectivity as a browser does and answers the server's
 * own requests, shakes hands by identity, and then sends and keeps what its scenario wants. It can move to another
 * network, or vanish, which a real client does more often than it says goodbye.
 */
import type { Clock, Timer } from '../transports/clock.ts';
import { makeIceCredentials } from '../transports/ice/credentials.ts';
import type { Random } from '../transports/random.ts';
import type { IceCredentials } from '../transports/sdp/port.ts';
import { parseStun, type StunMessage } from '../transports/stun/message.ts';
import type { Path } from '../transports/udp/path.ts';
import type { DatagramSocket } from '../transports/udp/port.ts';
import { demultiplex } from '../transports/webrtc/demultiplex.ts';
import {
  answerToCheck,
  CHECK_INTERVAL_MS,
  connectivityCheck,
  FIRST_CHECK_INTERVAL_MS,
  type IcePair,
} from './connectivity-check.ts';
import { identityClose, identityHello, isIdentityFinished } from './identity-security.ts';
import type { VirtualNetwork } from './network.ts';

export interface SimulatedClientOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly network: VirtualNetwork;
  readonly address: string;
  /** What it fails to send: whatever this says true to. */
  readonly mute?: (bytes: Uint8Array) => boolean;
  /** Whether each of its checks nominates, as a browser's do, or only those until the first answer. */
  readonly nominates?: 'always' | 'at first';
  /** Its media is not encrypted: it shakes no hands. */
  readonly isPlain?: boolean;
  /** Only those who listen get what comes: `rtp` and `rtcp` stay empty. For runs that are long. */
  readonly keepsNothing?: boolean;
}

export class SimulatedClient {
  #ice: IceCredentials;
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #network: VirtualNetwork;
  #socket: DatagramSocket;
  readonly #mute: (bytes: Uint8Array) => boolean;
  readonly #nominates: 'always' | 'at first';
  readonly #isPlain: boolean;
  readonly #keepsNothing: boolean;
  #path: Path | undefined;
  #remote: IceCredentials | undefined;
  #timer: Timer | undefined;
  #checked = false;
  /** When DTLS would be complete, ms; undefined before, and of one that is plain. */
  connectedAtMs: number | undefined;
  /** The server said goodbye. */
  closed = false;
  readonly rtp: Uint8Array[] = [];
  /** Hears each packet of `rtp` as it comes. */
  onRtp: ((bytes: Uint8Array) => void) | undefined;
  readonly rtcp: Uint8Array[] = [];
  /** Hears each of `rtcp` as it comes. */
  onRtcp: ((bytes: Uint8Array) => void) | undefined;
  /** Hears once that media may flow. */
  onConnected: (() => void) | undefined;
  /** Hears once that the server has said goodbye. */
  onClosed: (() => void) | undefined;
  /** When anything of the server's came last, ms. */
  heardAtMs: number | undefined;

  constructor(options: SimulatedClientOptions) {
    const { clock, random, network, address } = options;
    this.#mute = options.mute ?? (() => false);
    this.#nominates = options.nominates ?? 'always';
    this.#isPlain = options.isPlain ?? false;
    this.#keepsNothing = options.keepsNothing ?? false;
    this.#clock = clock;
    this.#random = random;
    this.#network = network;
    this.#ice = makeIceCredentials(random);
    this.#socket = this.#open(address);
  }

  get ice(): IceCredentials {
    return this.#ice;
  }

  /** Its UDP port. */
  get port(): number {
    return this.#socket.port;
  }

  /** Begins to check connectivity to the server. */
  connect(remote: IceCredentials, server: { readonly address: string; readonly port: number }): void {
    this.#remote = remote;
    const localAddress = this.#socket.addresses[0]!;
    this.#path = { localAddress, remoteAddress: server.address, remotePort: server.port };
    this.#check();
  }

  /** Checks from another address, or the same one by another port, as after a handover; its old port is closed. */
  async moveTo(address: string): Promise<void> {
    const before = this.#socket;
    this.#socket = this.#open(address);
    if (this.#path !== undefined) this.#path = { ...this.#path, localAddress: address };
    this.#checkNow();
    await before.close();
  }

  /** Goes on with the credentials of an ICE restart, its own and the server's. */
  restart(ice: IceCredentials, remote: IceCredentials): void {
    this.#ice = ice;
    this.#remote = remote;
    this.#checkNow();
  }

  /** A connectivity check of its own, as whoever forges its source would send it. */
  connectivityCheck(nominates = true): Uint8Array {
    return connectivityCheck(this.#random, this.#pair, nominates);
  }

  /** Sends media, or anything else, as it is. */
  send(bytes: Uint8Array): void {
    if (this.#path !== undefined && !this.#mute(bytes)) this.#socket.send(bytes, this.#path);
  }

  /** Says goodbye, and is gone. One that is plain cannot say so. */
  async leave(): Promise<void> {
    if (!this.#isPlain) this.send(identityClose);
    await this.vanish();
  }

  /** Is gone without a word. */
  async vanish(): Promise<void> {
    this.#timer?.cancel();
    this.#timer = undefined;
    await this.#socket.close();
  }

  get #pair(): IcePair {
    return { local: this.#ice, remote: this.#remote! };
  }

  #open(address: string): DatagramSocket {
    return this.#network.open({
      addresses: [address],
      port: 0,
      sink: { receive: (bytes, path) => this.#receive(bytes, path), batchEnd: () => {} },
    });
  }

  #checkNow(): void {
    this.#timer?.cancel();
    this.#check();
  }

  #check(): void {
    this.send(this.connectivityCheck(this.#nominates === 'always' || !this.#checked));
    const delayMs = this.#checked ? CHECK_INTERVAL_MS : FIRST_CHECK_INTERVAL_MS;
    this.#timer = this.#clock.setTimer(delayMs, () => {
      if (this.#checked) this.#shakeHands();
      this.#check();
    });
  }

  #receive(bytes: Uint8Array, path: Path): void {
    this.heardAtMs = this.#clock.nowMs();
    switch (demultiplex(bytes)) {
      case 'stun':
        return this.#receiveStun(bytes, path);
      case 'dtls':
        if (isIdentityFinished(bytes)) this.#connected();
        else this.#serverLeft();
        return;
      case 'srtp':
        if (!this.#keepsNothing) this.rtp.push(bytes);
        this.onRtp?.(bytes);
        return;
      case 'srtcp':
        if (!this.#keepsNothing) this.rtcp.push(bytes);
        this.onRtcp?.(bytes);
        return;
      default:
    }
  }

  #connected(): void {
    const isNew = this.connectedAtMs === undefined;
    this.connectedAtMs ??= this.#clock.nowMs();
    if (isNew) this.onConnected?.();
  }

  #serverLeft(): void {
    const isNew = !this.closed;
    this.closed = true;
    if (isNew) this.onClosed?.();
  }

  #receiveStun(bytes: Uint8Array, path: Path): void {
    const message = parseStun(bytes);
    if (message?.class === 'request') this.#answer(message, bytes, path);
    if (message?.class !== 'success') return;
    if (!this.#checked) this.#shakeHands();
    this.#checked = true;
  }

  #shakeHands(): void {
    if (!this.#isPlain && this.connectedAtMs === undefined) this.send(identityHello);
  }

  /** What is not authentic gets no answer here. */
  #answer(request: StunMessage, bytes: Uint8Array, path: Path): void {
    if (this.#remote === undefined) return;
    const response = answerToCheck(this.#pair, request, bytes, path);
    if (response !== undefined && !this.#mute(response)) this.#socket.send(response, path);
  }
}
