/** The cluster that one crowd is served by, as flows: the nodes of each site, and the words that they tell the scheduler. */
import { fullnessOf } from '../../actors/scheduler/fullness.ts';
import { CPU_US_PER_PACKET } from '../measured-costs.ts';
import type { SeededRandom } from '../seeded-random.ts';
import type { FlowLines } from './flow-lines.ts';
import { FlowNode, type FlowNodePlan } from './flow-node.ts';
import type { Scheduling } from './scheduling.ts';
import type { StreamRate } from './stream-rate.ts';
import type { WorldCity } from './world-cities.ts';

/** Of each edge, as those are that schools rent: cores for core shards, and a line. */
const EDGE = { cores: 8, mostBitsPerSecond: 10e9 };
const RELAY = { cores: 2, mostBitsPerSecond: 10e9 };
/** So that one may fail. */
const RELAYS_PER_SITE = 2;
/** Edges are bought for this much of what they carry; above it load begins to count more than distance. */
const FILL = 0.7;

export interface CrowdClusterPlan {
  readonly sites: readonly WorldCity[];
  /** Where the stream is published. */
  readonly home: string;
  readonly stream: string;
  readonly rate: StreamRate;
  readonly viewers: number;
}

export class CrowdCluster {
  readonly nodes: ReadonlyMap<string, FlowNode>;
  readonly #stream: string;

  constructor({ sites, home, stream, rate, viewers }: CrowdClusterPlan, random: SeededRandom) {
    this.#stream = stream;
    const seats = seatsOf(rate);
    const millions = sites.reduce((sum, site) => sum + site.millions, 0);
    const plans = sites.flatMap((site): readonly FlowNodePlan[] => {
      const { name: idc, at, region } = site;
      const edges = Math.max(1, Math.ceil((viewers * site.millions) / millions / (FILL * seats)));
      const of = (role: FlowNodePlan['role'], count: number, size: typeof EDGE) =>
        Array.from({ length: count }, (_, i) => ({
          name: `${idc}-${role}-${i + 1}`,
          idc,
          location: { at, region },
          role,
          ...size,
        }));
      return [
        ...of('push', idc === home ? 1 : 0, EDGE),
        ...of('relay', RELAYS_PER_SITE, RELAY),
        ...of('pull', edges, EDGE),
      ];
    });
    this.nodes = new Map(plans.map(plan => [plan.name, new FlowNode(plan, rate, random.fork(plan.name))]));
    this.nodes.get(`${home}-push-1`)!.readyAtMs = 0;
  }

  get edges(): readonly FlowNode[] {
    return [...this.nodes.values()].filter(({ plan }) => plan.role === 'pull');
  }

  get carriers(): readonly FlowNode[] {
    return [...this.nodes.values()].filter(({ isCarrier }) => isCarrier);
  }

  /** Every node measures itself and says its word, as each does once a second. */
  announce(nowMs: number, scheduling: Scheduling, lines: FlowLines): void {
    for (const node of this.nodes.values()) {
      node.measure(nowMs);
      const { parent, idc } = node;
      const wayMs = parent === undefined ? undefined : lines.betweenMs(parent.idc, idc);
      scheduling.hear(nowMs, node.registration(nowMs, this.#stream, wayMs));
    }
  }
}

/** Viewers of such a stream that fill an edge, by the scheduler's own measure. */
export function seatsOf({ packetsPerSecond, bytesPerSecond }: StreamRate): number {
  const one = {
    publishers: 0,
    viewers: 1,
    ...EDGE,
    packetsPerSecond,
    bitsPerSecond: 8 * bytesPerSecond,
    utilisation: (packetsPerSecond * CPU_US_PER_PACKET) / 1e6 / EDGE.cores,
    measuredAtMs: 0,
  };
  return Math.floor(1 / fullnessOf(one, 0));
}
