/** A node of which only flows are simulated: how much passes it, and what it tells the scheduler of that. */
import type { Location } from '../../actors/geo/location.ts';
import { edge } from '../../actors/node/edge.ts';
import type { ShardLoaded, ShardsReady } from '../../actors/node/messages.ts';
import type { Refused, View } from '../../actors/protocol.ts';
import { addressOf } from '../../actors/runtime/address.ts';
import { LocalFacts } from '../../actors/scheduler/local-facts.ts';
import type { NodeLoad, Register, Role } from '../../actors/scheduler/messages.ts';
import type { Random } from '../../transports/random.ts';
import { identityFingerprint } from '../identity-security.ts';
import { LoneActor } from '../lone-actor.ts';
import { CPU_MS_PER_JOIN, CPU_US_PER_PACKET, RELAY_CPU_US_PER_PACKET } from '../measured-costs.ts';
import { RELAY_PORT } from '../node-addresses.ts';
import type { StreamRate } from './stream-rate.ts';

/** Whoever asks for a viewer. */
const replyTo = addressOf('gateway', '/inboxes/1');

export interface FlowNodePlan {
  readonly name: string;
  readonly idc: string;
  readonly location: Location;
  readonly role: Extract<Role, 'push' | 'relay' | 'pull'>;
  readonly cores: number;
  readonly mostBitsPerSecond: number;
}

interface Core {
  viewers: number;
  /** Since the last report. */
  joins: number;
  /** Until when it is busy with joins that it has, ms. */
  busyUntilMs: number;
}

export class FlowNode {
  readonly plan: FlowNodePlan;
  readonly #rate: StreamRate;
  readonly #edge: LoneActor<null, unknown, View | ShardLoaded | ShardsReady>;
  readonly #facts = new LocalFacts();
  readonly #cores: readonly Core[];
  /** From whom it has the stream; undefined where that is published, or is not there. */
  parent: FlowNode | undefined;
  /** From when on it has the stream, ms; undefined while nobody has wanted it here. */
  readyAtMs: number | undefined;
  /** When it asks next whether its parent is still the best. */
  reviewAtMs = Number.POSITIVE_INFINITY;
  readonly children = new Set<FlowNode>();

  constructor(plan: FlowNodePlan, rate: StreamRate, random: Random) {
    this.plan = plan;
    this.#rate = rate;
    const { name, idc, cores } = plan;
    this.#cores = Array.from({ length: cores }, () => ({ viewers: 0, joins: 0, busyUntilMs: 0 }));
    this.#edge = new LoneActor(edge('pull-edge'), null, addressOf(name, '/pull-edge'), random) as never;
    const shards = this.#cores.map((_, shard) => ({
      node: name,
      idc,
      shard,
      shards: cores,
      fingerprint: identityFingerprint,
      candidates: [],
      maxPublishKbps: 0,
    }));
    this.#edge.hear(0, { type: 'shards-ready', count: cores, shards });
  }

  get name(): string {
    return this.plan.name;
  }

  get idc(): string {
    return this.plan.idc;
  }

  get viewers(): number {
    return this.#cores.reduce((sum, { viewers }) => sum + viewers, 0);
  }

  /** Whether it has the stream, or is about to. */
  get isCarrier(): boolean {
    return this.readyAtMs !== undefined;
  }

  /** It is published here. */
  get isOrigin(): boolean {
    return this.isCarrier && this.parent === undefined;
  }

  /** Of its processor, µs a second for all that passes it; joins left out. */
  get mediaCpuUsPerSecond(): number {
    const links = this.children.size + (this.parent === undefined ? 0 : 1);
    const { packetsPerSecond } = this.#rate;
    return packetsPerSecond * (this.viewers * CPU_US_PER_PACKET + links * RELAY_CPU_US_PER_PACKET);
  }

  /** The edge's own decision: a core for the viewer, or why there is none. */
  admit(nowMs: number, stream: string, uid: string): number | Refused {
    for (const effect of this.#edge.hear(nowMs, { type: 'view', stream, uid, replyTo })) {
      if (effect.effect !== 'tell') continue;
      if (effect.message.type === 'refused') return effect.message as Refused;
      const { core } = /^\/shards\/shard-(?<core>\d+)\//.exec(effect.to.path)?.groups ?? {};
      if (core !== undefined) return Number(core);
    }
    throw new Error(`${this.name} has not answered`);
  }

  /** A viewer's session begins on that core; how long until the core has done that and what was there before, ms. */
  join(nowMs: number, core: number): number {
    const one = this.#cores[core]!;
    one.viewers += 1;
    one.joins += 1;
    one.busyUntilMs = Math.max(nowMs, one.busyUntilMs) + CPU_MS_PER_JOIN;
    return one.busyUntilMs - nowMs;
  }

  /** Each core has told how busy it was in the last second. */
  measure(nowMs: number): void {
    const { packetsPerSecond } = this.#rate;
    const links = this.children.size + (this.parent === undefined ? 0 : 1);
    for (const [shard, core] of this.#cores.entries()) {
      // A stream's links are all on one core.
      const relayed = shard === 0 ? links * packetsPerSecond * RELAY_CPU_US_PER_PACKET : 0;
      const sent = core.viewers * packetsPerSecond;
      const usedMs = (relayed + sent * CPU_US_PER_PACKET) / 1000 + core.joins * CPU_MS_PER_JOIN;
      const utilisation = Math.min(1, usedMs / 1000);
      const load = { utilisation, publishers: 0, viewers: core.viewers, packetsPerSecond: sent };
      core.joins = 0;
      this.#facts.used(shard, utilisation);
      this.#edge.hear(nowMs, { type: 'shard-loaded', shard, load });
    }
  }

  /** What it says of itself; the way from its parent as its link has measured it. */
  registration(nowMs: number, stream: string, fromParentMs: number | undefined): Register {
    const { name, idc, location, role } = this.plan;
    const { parent, viewers } = this;
    const address = addressOf(name, '/membership');
    const { isOrigin } = this;
    const one = { stream, epoch: 1, viewers };
    const streams = isOrigin
      ? [{ ...one, kind: 'origin' as const }]
      : parent === undefined
        ? []
        : [{ ...one, kind: 'carried' as const, parent: parent.name }];
    return {
      type: 'register',
      node: name,
      incarnation: 1,
      idc,
      location,
      roles: [role],
      relay: { address: name, port: RELAY_PORT },
      load: this.load(nowMs),
      streams,
      measured:
        parent === undefined || fromParentMs === undefined
          ? []
          : [{ node: parent.name, rttMs: 2 * fromParentMs, loss: 0 }],
      address,
      replyTo: address,
    };
  }

  load(nowMs: number): NodeLoad {
    const { cores, mostBitsPerSecond } = this.plan;
    const { packetsPerSecond, bytesPerSecond } = this.#rate;
    const copies = this.viewers + this.children.size;
    const { utilisation = 0 } = this.#facts.load;
    return {
      publishers: this.isOrigin ? 1 : 0,
      viewers: this.viewers,
      cores,
      packetsPerSecond: Math.round((copies + (this.isCarrier ? 1 : 0)) * packetsPerSecond),
      bitsPerSecond: Math.round(8 * copies * bytesPerSecond),
      mostBitsPerSecond,
      utilisation,
      measuredAtMs: nowMs,
    };
  }
}
