/** One transport of the relay bench between two addresses of a virtual network: the cores that the bench runs, without its sockets. */
import type { Path } from '../transports/udp/path.ts';
import { LineEnd } from './bench/line-end.ts';
import type { CarrierEnd, SendingEnd } from './bench/relay-carriers.ts';
import type { LinkSettings } from './impairment.ts';
import type { VirtualNetwork } from './network.ts';
import { RELAY_PORT } from './node-addresses.ts';
import type { VirtualClock } from './virtual-clock.ts';

/** Messages go from east to west. */
export const EAST = '192.0.2.1';
export const WEST = '198.51.100.1';

export interface VirtualCarriersOptions {
  readonly clock: VirtualClock;
  /** Of these two alone. */
  readonly network: VirtualNetwork;
  readonly makeSender: (path: Path) => SendingEnd;
  readonly makeReceiver: (path: Path) => CarrierEnd;
}

export class VirtualCarriers {
  readonly #clock: VirtualClock;
  readonly #network: VirtualNetwork;
  readonly #east: LineEnd;
  readonly #west: LineEnd;
  readonly sender: SendingEnd;
  readonly receiver: CarrierEnd;

  constructor({ clock, network, makeSender, makeReceiver }: VirtualCarriersOptions) {
    this.#clock = clock;
    this.#network = network;
    const endAt = (address: string) =>
      LineEnd.on(clock, sink => network.open({ addresses: [address], port: RELAY_PORT, sink }));
    this.#east = endAt(EAST);
    this.#west = endAt(WEST);
    this.sender = makeSender(pathBetween(EAST, WEST));
    this.receiver = makeReceiver(pathBetween(WEST, EAST));
    this.#east.run(this.sender);
    this.#west.run(this.receiver);
  }

  /** Both ways, from now on. */
  impair(settings: LinkSettings): void {
    this.#network.impair(EAST, WEST, settings);
    this.#network.impair(WEST, EAST, settings);
  }

  get isReady(): boolean {
    return this.sender.isReady && this.receiver.isReady;
  }

  /** Of both ends. */
  get bytesSent(): number {
    return this.#east.bytesSent + this.#west.bytesSent;
  }

  /** Throws when the link is down. */
  send(stream: number, message: Uint8Array): void {
    const failure = this.sender.failure ?? this.receiver.failure;
    if (failure !== undefined) throw new Error(`the link went down: ${failure}`);
    this.sender.send(this.#clock.nowMs(), stream, message);
    this.#east.settle();
  }

  async close(): Promise<void> {
    await Promise.all([this.#east.close(), this.#west.close()]);
  }
}

function pathBetween(localAddress: string, remoteAddress: string): Path {
  return { localAddress, remoteAddress, remotePort: RELAY_PORT };
}
