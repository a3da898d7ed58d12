/** Hosts with relay links on a virtual clock and network, and what each of them was told. */
import type { LinkSettings } from '../../../simulations/impairment.ts';
import { VirtualNetwork } from '../../../simulations/network.ts';
import { seededRandom } from '../../../simulations/seeded-random.ts';
import { VirtualClock } from '../../../simulations/virtual-clock.ts';
import type { Timer } from '../../../transports/clock.ts';
import type { RelayLink } from '../../../transports/relay/link.ts';
import { deriveLinkSecrets } from '../../../transports/relay/link-keys.ts';
import type { LinkOutput } from '../../../transports/relay/link-output.ts';
import { RelayLinks, type RelayLinksOptions } from '../../../transports/relay/links.ts';
import type { Path } from '../../../transports/udp/path.ts';
import type { DatagramSocket } from '../../../transports/udp/port.ts';

export const PORT = 7100;
export const EAST = '192.0.2.1';
export const WEST = '198.51.100.1';
export const SOUTH = '203.0.113.1';

/** Those of the cluster that all hosts belong to which are told of no other. */
export const secrets = deriveLinkSecrets(new Uint8Array(32).fill(1), new Uint8Array(32).fill(2));

export type Told = Exclude<LinkOutput, { kind: 'datagram' }> & { readonly link: RelayLink };
export type Of<Kind extends Told['kind']> = Extract<Told, { kind: Kind }>;

export class World {
  readonly clock = new VirtualClock();
  readonly random;
  readonly network: VirtualNetwork;

  constructor(settings: LinkSettings = {}, seed: number | string = 1) {
    this.random = seededRandom(seed);
    this.network = new VirtualNetwork(this.clock, this.random.fork('network'), settings);
  }

  host(address: string, options: Partial<RelayLinksOptions> = {}): Host {
    return new Host(this, address, options);
  }

  run(durationMs: number): void {
    this.clock.advanceBy(durationMs);
  }

  /** Cuts, or mends, what is between two addresses. */
  cut(one: string, other: string): void {
    this.network.blackout(one, other);
    this.network.blackout(other, one);
  }

  mend(one: string, other: string): void {
    this.network.restore(one, other);
    this.network.restore(other, one);
  }
}

let hosts = 0;

export class Host {
  readonly told: Told[] = [];
  readonly links: RelayLinks;
  readonly address: string;
  readonly socket: DatagramSocket;
  /** Is called with each output, after it was noted. */
  react: (told: Told) => void = () => {};
  readonly #world: World;
  #timer: { readonly atMs: number; readonly handle: Timer } | undefined;
  #isDraining = false;

  constructor(world: World, address: string, options: Partial<RelayLinksOptions>) {
    this.#world = world;
    this.address = address;
    hosts += 1;
    this.links = new RelayLinks({
      self: { node: `node-${address}`, incarnation: 1 },
      secrets,
      random: world.random.fork(`host ${hosts}`),
      ...options,
    });
    this.socket = world.network.open({
      addresses: [address],
      port: PORT,
      sink: {
        receive: (bytes, path) => this.links.receive(world.clock.nowMs(), bytes, path),
        batchEnd: () => this.drain(),
      },
    });
  }

  get nowMs(): number {
    return this.#world.clock.nowMs();
  }

  pathTo(address: string): Path {
    return { localAddress: this.address, remoteAddress: address, remotePort: PORT };
  }

  open(address: string): RelayLink {
    const link = this.links.open(this.nowMs, this.pathTo(address));
    this.drain();
    return link;
  }

  /** Does something with a link, and what follows from it. */
  with<Result>(link: RelayLink, act: (link: RelayLink, nowMs: number) => Result): Result {
    const result = act(link, this.nowMs);
    this.links.touch(link);
    this.drain();
    return result;
  }

  of<Kind extends Told['kind']>(kind: Kind): readonly Of<Kind>[] {
    return this.told.filter((told): told is Of<Kind> => told.kind === kind);
  }

  drain(): void {
    // What a reaction does is drained by the loop that it came from.
    if (this.#isDraining) return;
    this.#isDraining = true;
    for (let output = this.links.poll(); output !== undefined; output = this.links.poll()) {
      if (output.kind === 'send') {
        this.socket.send(output.bytes, output.path, output.dontFragment);
        continue;
      }
      const told = { ...output.output, link: output.link };
      this.told.push(told);
      this.react(told);
    }
    this.#isDraining = false;
    this.#arm();
  }

  /** The process is gone, without a word. */
  vanish(): void {
    this.#timer?.handle.cancel();
    this.drain = () => {};
    this.socket.close();
  }

  #arm(): void {
    const atMs = this.links.deadline()?.atMs;
    if (atMs === this.#timer?.atMs) return;
    this.#timer?.handle.cancel();
    this.#timer = undefined;
    if (atMs === undefined) return;
    const handle = this.#world.clock.setTimer(atMs - this.nowMs, () => {
      this.#timer = undefined;
      this.links.advance(this.nowMs);
      this.drain();
    });
    this.#timer = { atMs, handle };
  }
}

/** Two hosts with a link that is up: west opened it. */
export function upPair(
  settings: LinkSettings = {},
  seed: number | string = 1,
  options: Partial<RelayLinksOptions> = {},
) {
  const world = new World(settings, seed);
  const east = world.host(EAST, options);
  const west = world.host(WEST, options);
  const westLink = west.open(EAST);
  world.run(1_000);
  const eastLink = east.of('up')[0]!.link;
  return { world, east, west, eastLink, westLink };
}

/** Grants every stream that a host is asked for, with epoch 5. */
export function grantAll(host: Host): void {
  host.react = told => {
    if (told.kind === 'subscribe') host.with(told.link, (link, nowMs) => link.accept(nowMs, told.id, 5));
  };
}

/** A packet that is told from others by its number. */
export function packet(number: number, byteCount = 1_100): Uint8Array {
  const bytes = Buffer.alloc(byteCount, number);
  bytes[0] = 0x80;
  bytes.writeUInt32BE(number >>> 0, 4);
  return new Uint8Array(bytes);
}

export function media(number: number, byteCount?: number) {
  return {
    epoch: 5,
    sequenceNumber: 70_000 + number,
    timestamp: 2 ** 32 + 3_000 * number,
    packet: packet(number, byteCount),
  };
}
