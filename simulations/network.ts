/**
 * A network that exists only on a clock: it hands out datagram sockets, and carries what they send over links that
 * delay, lose, repeat and reorder it. The same seed and the same sends bring the same deliveries.
 */
import type { Clock, Timer } from '../transports/clock.ts';
import type { Random } from '../transports/random.ts';
import type { Path } from '../transports/udp/path.ts';
import type { DatagramCounters, DatagramSink, DatagramSocket } from '../transports/udp/port.ts';
import { DeliveryQueue } from './delivery-queue.ts';
import { Impairment, type LinkSettings, type LinkStatistics } from './impairment.ts';
import { Overlaps } from './overlaps.ts';

export interface VirtualUdpOptions {
  readonly addresses: readonly string[];
  /** 0 takes any port that is free on all the addresses. */
  readonly port: number;
  readonly sink: DatagramSink;
}

export interface NetworkStatistics {
  delivered: number;
  /** Arrived where nobody had the port open. */
  unreachable: number;
}

/** Sees every datagram, and keeps none of the bytes. */
export interface NetworkObserver {
  /** As the sender let it go, whatever becomes of it. */
  sent?(datagram: ObservedDatagram): void;
  /** As the receiver is about to get it. */
  delivered?(datagram: ObservedDatagram): void;
}

export type ObservedDatagram = Readonly<Flight>;

/** A datagram under way; its bytes are the sender's, copied only as they are handed over. */
interface Flight {
  readonly bytes: Uint8Array;
  readonly from: string;
  readonly fromPort: number;
  readonly to: string;
  readonly toPort: number;
}

interface Endpoint {
  readonly sink: DatagramSink;
  readonly counters: DatagramCounters;
  isOpen: boolean;
}

/** Where ports that nobody asked for begin (RFC 6335 section 6). */
const FIRST_DYNAMIC_PORT = 49_152;
const LAST_PORT = 65_535;
/** What IPv4 allows (RFC 768); the kernel refuses more too. */
const DATAGRAM_MAX_BYTES = 65_507;

export class VirtualNetwork {
  readonly statistics: NetworkStatistics = { delivered: 0, unreachable: 0 };
  readonly #clock: Clock;
  readonly #random: (from: string, to: string) => Random;
  readonly #defaults: (from: string, to: string) => LinkSettings;
  /** By port, then address: a key of both would be made for every datagram. */
  readonly #endpoints = new Map<number, Map<string, Endpoint>>();
  /** By the address that sends, then the one that receives; made when first used. */
  readonly #links = new Map<string, Map<string, Impairment>>();
  readonly #flights = new DeliveryQueue<Flight>();
  readonly #observers: NetworkObserver[] = [];
  readonly #isolated = new Overlaps();
  /** By address: from where on a free port is looked for. */
  readonly #portsGiven = new Map<string, number>();
  #timer: { readonly atMs: number; readonly handle: Timer } | undefined;

  /**
   * `random` is drawn from by all links, or by each one of its own, where it is a function of the addresses. `defaults` goes for
   * every link that `impair` was not called for, likewise.
   */
  constructor(
    clock: Clock,
    random: Random | ((from: string, to: string) => Random),
    defaults: LinkSettings | ((from: string, to: string) => LinkSettings) = {},
  ) {
    this.#clock = clock;
    this.#random = typeof random === 'function' ? random : () => random;
    this.#defaults = typeof defaults === 'function' ? defaults : () => defaults;
  }

  /** Throws when the port is taken on any of the addresses, as a kernel would refuse. */
  open({ addresses, port, sink }: VirtualUdpOptions): DatagramSocket {
    const bound = [...new Set(addresses)];
    if (bound.length === 0) throw new Error('no local address to open a UDP port on');
    const chosenPort = port === 0 ? this.#freePort(bound) : port;
    const taken = bound.find(address => this.#endpoint(address, chosenPort) !== undefined);
    if (taken !== undefined) throw new Error(`UDP ${taken} port ${chosenPort} is in use`);
    const counters = {
      datagramsReceived: 0,
      bytesReceived: 0,
      datagramsSent: 0,
      bytesSent: 0,
      sendErrors: 0,
    };
    const endpoint: Endpoint = { sink, counters, isOpen: true };
    const ofPort = this.#endpoints.get(chosenPort) ?? new Map<string, Endpoint>();
    this.#endpoints.set(chosenPort, ofPort);
    for (const address of bound) ofPort.set(address, endpoint);
    return {
      port: chosenPort,
      addresses: bound,
      counters,
      send: (bytes, path) => {
        if (!endpoint.isOpen || !bound.includes(path.localAddress) || bytes.length > DATAGRAM_MAX_BYTES) {
          counters.sendErrors += 1;
          return;
        }
        counters.datagramsSent += 1;
        counters.bytesSent += bytes.length;
        this.#send(bytes, path, chosenPort);
      },
      flush: () => {},
      close: async () => {
        if (endpoint.isOpen) for (const address of bound) ofPort.delete(address);
        endpoint.isOpen = false;
      },
    };
  }

  /** Shows it all traffic from now on. */
  observe(observer: NetworkObserver): void {
    this.#observers.push(observer);
  }

  /** Sets what the link from one address to another does, in that direction, from the next datagram on. */
  impair(from: string, to: string, settings: LinkSettings): void {
    this.#link(from, to).change(settings);
  }

  /** Lets nothing more in, in that direction; what is under way still arrives. */
  blackout(from: string, to: string): void {
    this.#link(from, to).isBlackedOut = true;
  }

  /** Ends a blackout. */
  restore(from: string, to: string): void {
    this.#link(from, to).isBlackedOut = false;
  }

  /** Nothing that is sent from now on leaves or reaches the address, until as many say that it is over: it has no network. */
  isolate(address: string, isIsolated: boolean): void {
    this.#isolated.turn(address, isIsolated);
  }

  /** Closes all that is open at the address, as the kernel does for a process that dies. */
  closeAll(address: string): void {
    for (const ofPort of this.#endpoints.values()) {
      const endpoint = ofPort.get(address);
      if (endpoint === undefined) continue;
      endpoint.isOpen = false;
      for (const [bound, each] of ofPort) if (each === endpoint) ofPort.delete(bound);
    }
  }

  linkStatistics(from: string, to: string): Readonly<LinkStatistics> {
    return this.#link(from, to).statistics;
  }

  /** Datagrams under way. */
  get inFlight(): number {
    return this.#flights.size;
  }

  #endpoint(address: string, port: number): Endpoint | undefined {
    return this.#endpoints.get(port)?.get(address);
  }

  #send(bytes: Uint8Array, path: Path, fromPort: number): void {
    const { localAddress: from, remoteAddress: to, remotePort: toPort } = path;
    const nowMs = this.#clock.nowMs();
    const flight: Flight = { bytes, from, fromPort, to, toPort };
    for (const observer of this.#observers) observer.sent?.(flight);
    if (this.#isolated.has(from) || this.#isolated.has(to)) return;
    for (const atMs of this.#link(from, to).offer(nowMs, bytes.length)) this.#flights.push(atMs, flight);
    this.#arm(nowMs);
  }

  #arm(nowMs: number): void {
    const atMs = this.#flights.nextAtMs;
    if (atMs === undefined || (this.#timer !== undefined && this.#timer.atMs <= atMs)) return;
    this.#timer?.handle.cancel();
    this.#timer = { atMs, handle: this.#clock.setTimer(atMs - nowMs, () => this.#deliverDue(atMs)) };
  }

  /**
   * Hands over what has arrived, and ends each receiver's batch. `armedForMs` counts as now even where a timer that was
   * set by a difference rings a rounding error early.
   */
  #deliverDue(armedForMs: number): void {
    this.#timer = undefined;
    const nowMs = Math.max(armedForMs, this.#clock.nowMs());
    // Taken out before any is handed over: what a receiver answers at once belongs to a later wake-up.
    const due: Flight[] = [];
    for (let flight = this.#flights.popDue(nowMs); flight; flight = this.#flights.popDue(nowMs))
      due.push(flight);
    const woken = new Set<Endpoint>();
    for (const flight of due) this.#deliver(flight, woken);
    for (const endpoint of woken) if (endpoint.isOpen) endpoint.sink.batchEnd();
    this.#arm(this.#clock.nowMs());
  }

  #deliver(flight: Flight, woken: Set<Endpoint>): void {
    const { bytes, from, fromPort, to, toPort } = flight;
    const endpoint = this.#endpoint(to, toPort);
    if (endpoint === undefined) {
      this.statistics.unreachable += 1;
      return;
    }
    this.statistics.delivered += 1;
    endpoint.counters.datagramsReceived += 1;
    endpoint.counters.bytesReceived += bytes.length;
    woken.add(endpoint);
    for (const observer of this.#observers) observer.delivered?.(flight);
    // A receiver may decrypt in place, and the sender still owns these bytes.
    endpoint.sink.receive(new Uint8Array(bytes), {
      localAddress: to,
      remoteAddress: from,
      remotePort: fromPort,
    });
  }

  #link(from: string, to: string): Impairment {
    let links = this.#links.get(from);
    if (links === undefined) {
      links = new Map();
      this.#links.set(from, links);
    }
    let link = links.get(to);
    if (link === undefined) {
      link = new Impairment(this.#defaults(from, to), this.#random(from, to));
      links.set(to, link);
    }
    return link;
  }

  /** The next after the one that was given out last: one that has just become free is not soon given to another. */
  #freePort(addresses: readonly string[]): number {
    const count = LAST_PORT - FIRST_DYNAMIC_PORT + 1;
    const first = addresses.reduce((most, address) => Math.max(most, this.#portsGiven.get(address) ?? 0), 0);
    for (let i = 0; i < count; i += 1) {
      const place = (first + i) % count;
      const port = FIRST_DYNAMIC_PORT + place;
      if (addresses.some(address => this.#endpoint(address, port) !== undefined)) continue;
      for (const address of addresses) this.#portsGiven.set(address, place + 1);
      return port;
    }
    throw new Error('no UDP port is free');
  }
}
