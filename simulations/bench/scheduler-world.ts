/** A large cluster as its nodes announce it, and a crowd that comes: what the bench of the scheduler is fed with. */
import type { Coordinates, Location } from '../../actors/geo/location.ts';
import { addressOf } from '../../actors/runtime/address.ts';
import type { AnnouncedStream, Place, Register } from '../../actors/scheduler/messages.ts';
import type { Random } from '../../transports/random.ts';
import { imbalanceOf } from '../imbalance.ts';

/** ISPs of the world; each site has the lines of two, each client those of one. */
const ISPS = ['as4134', 'as4837', 'as9808', 'as4538'];
/** Of an edge. */
const CORES = 8;
/** Clients live around sites: within this much of one, degrees. */
const AROUND_DEGREES = 5;
/** Of a flash crowd this share wants one stream, the others any. */
const SAME_STREAM_SHARE = 0.5;
/** What a viewer costs its edge: as in the reference test, 350 kbit/s and 45 packets a second. */
const VIEWER_BITS_PER_SECOND = 350_000;
const VIEWER_PACKETS_PER_SECOND = 45;

export interface SchedulerWorldPlan {
  readonly edges: number;
  readonly sites: number;
  readonly streams: number;
}

export interface WorldEdge {
  readonly node: string;
  readonly idc: string;
  readonly location: Location;
  readonly streams: readonly AnnouncedStream[];
  viewers: number;
}

export class SchedulerWorld {
  readonly edges: readonly WorldEdge[];
  readonly #byName: ReadonlyMap<string, WorldEdge>;
  readonly #plan: SchedulerWorldPlan;
  readonly #random: Random;

  constructor(plan: SchedulerWorldPlan, random: Random) {
    this.#plan = plan;
    this.#random = random;
    const sites = Array.from({ length: plan.sites }, (_, i) => this.#site(i));
    this.edges = Array.from({ length: plan.edges }, (_, i) => ({
      node: `edge-${i}`,
      ...sites[i % sites.length]!,
      // Stream n is published on edge n % edges.
      streams: Array.from({ length: Math.ceil((plan.streams - i) / plan.edges) }, (__, n) => ({
        stream: streamName(i + n * plan.edges),
        epoch: 1,
        kind: 'origin',
        viewers: 0,
      })),
      viewers: 0,
    }));
    this.#byName = new Map(this.edges.map(edge => [edge.node, edge]));
  }

  /** What an edge says of itself at that time. */
  registration({ node, idc, location, streams, viewers }: WorldEdge, nowMs: number): Register {
    const address = { node, incarnation: 1, path: '/membership' };
    return {
      type: 'register',
      node,
      incarnation: 1,
      idc,
      location,
      roles: ['push', 'pull'],
      relay: { address: '10.0.0.1', port: 7100 },
      load: {
        publishers: streams.length,
        viewers,
        cores: CORES,
        packetsPerSecond: viewers * VIEWER_PACKETS_PER_SECOND,
        bitsPerSecond: viewers * VIEWER_BITS_PER_SECOND,
        mostBitsPerSecond: 1e10,
        measuredAtMs: nowMs,
      },
      streams,
      address,
      replyTo: address,
    };
  }

  /** The next of the crowd. */
  newcomer(): Place {
    const { streams } = this.#plan;
    const isOfCrowd = this.#random.unit() < SAME_STREAM_SHARE;
    const home = this.#anyOf(this.edges).location;
    return {
      type: 'place',
      role: 'pull',
      stream: streamName(isOfCrowd ? 0 : Math.floor(this.#random.unit() * streams)),
      client: { at: this.#near(home.at!), isps: [this.#anyOf(ISPS)] },
      exclude: [],
      replyTo: addressOf('gateway', '/inboxes/1'),
    };
  }

  /** A newcomer watches there from now on. */
  joined(node: string): void {
    this.#byName.get(node)!.viewers += 1;
  }

  /** As `imbalanceOf` has it. */
  get imbalance(): number {
    return imbalanceOf(this.edges);
  }

  #site(i: number): Pick<WorldEdge, 'idc' | 'location'> {
    const at = { latitude: this.#random.unit() * 120 - 60, longitude: this.#random.unit() * 360 - 180 };
    const isps = [ISPS[i % ISPS.length]!, ISPS[(i + 1) % ISPS.length]!];
    return { idc: `site-${i}`, location: { at, isps } };
  }

  #near({ latitude, longitude }: Coordinates): Coordinates {
    const around = () => (this.#random.unit() * 2 - 1) * AROUND_DEGREES;
    return {
      latitude: latitude + around(),
      longitude: Math.max(-180, Math.min(180, longitude + around())),
    };
  }

  #anyOf<T>(all: readonly T[]): T {
    return all[Math.floor(this.#random.unit() * all.length)]!;
  }
}

function streamName(n: number): string {
  return `class-${n}`;
}
