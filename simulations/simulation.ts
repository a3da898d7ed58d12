/**
 * One run: a cluster in a topology, the pages of teachers and students, what happens when, and the invariants that watch it
 * all. The same seed and the same scenario are the same run, to the byte.
 */
import type { ControlSettings } from '../actors/forwarding/control/forwarding-control.ts';
import { Agenda, type Task } from './agenda.ts';
import { ClusterWorld } from './cluster-world.ts';
import { identitySeal } from './identity-seal.ts';
import type { LinkSettings } from './impairment.ts';
import type { Invariant, SeenNode } from './invariants/invariant.ts';
import { Watch } from './invariants/watch.ts';
import { type PageOptions, SimulatedPage } from './page.ts';
import type { Processor } from './processor.ts';
import type { TimelineEvent, Violation } from './report/report.ts';
import { RunDigest } from './run-digest.ts';
import { type SeededRandom, seededRandom } from './seeded-random.ts';
import type { Topology } from './topology.ts';

export type { TimelineEvent, Violation } from './report/report.ts';

/** How often the invariants look around, where nothing else is said. */
const LOOK_INTERVAL_MS = 500;
/** After the last page has closed: whatever was theirs is gone by then (no-orphans.ts), links that nobody uses too. */
const AFTERMATH_MS = 60_000;

export interface SimulationOptions {
  readonly seed: number;
  readonly topology: Topology;
  readonly invariants: readonly Invariant[];
  readonly control?: ControlSettings;
  /** How often the invariants look around; by default twice a second. What they see of packets they see of each. */
  readonly lookEveryMs?: number;
  /** As ClusterWorldOptions has it. */
  readonly processor?: Processor;
  /** Hears the time again and again. */
  readonly onProgress?: (nowMs: number) => void;
  readonly signal?: AbortSignal;
}

export type PageWish = Pick<
  PageOptions,
  'name' | 'stream' | 'role' | 'idc' | 'kbps' | 'repairs' | 'pace' | 'onSkew'
>;

/** Something that is wrong with nodes or lines; each is one of its own, though another may be told in the same words. */
export interface BegunFault {
  end(): void;
  /** It has come to nothing: there was nothing that it could have done, as where the node was down already. */
  withdraw(): void;
}

export class Simulation {
  readonly topology: Topology;
  readonly world: ClusterWorld;
  /** For what the scenario draws; the world has its own. */
  readonly random: SeededRandom;
  readonly pages: SimulatedPage[] = [];
  readonly timeline: TimelineEvent[] = [];
  readonly #options: SimulationOptions;
  readonly #agenda = new Agenda();
  readonly #digest: RunDigest;
  readonly #watch: Watch;
  readonly #faults = new Set<BegunFault>();
  /** When the last fault ended, ms. */
  #faultEndedAtMs = 0;

  private constructor(options: SimulationOptions) {
    const { seed, topology, control, processor } = options;
    this.#options = options;
    this.topology = topology;
    this.random = seededRandom(seed).fork('scenario');
    const { lineOf, clientLineOf } = topology;
    const makeSeal = identitySeal;
    const settings = {
      lineOf,
      clientLineOf,
      makeSeal,
      ...(control !== undefined && { control }),
      ...(processor !== undefined && { processor }),
    };
    this.world = new ClusterWorld(seed, topology.nodes, {}, settings);
    this.#digest = new RunDigest(this.world.clock);
    this.world.network.observe(this.#digest);
    const simulation = this;
    const { clock, network } = this.world;
    this.#watch = new Watch({
      clock,
      network,
      invariants: options.invariants,
      scene: {
        pages: this.pages,
        get wellSinceMs() {
          return simulation.wellSinceMs;
        },
      },
      onViolation: (invariant, detail) => this.#digest.decided({ violation: invariant, detail }),
    });
    this.#agenda.every(0, options.lookEveryMs ?? LOOK_INTERVAL_MS, () => this.#look());
  }

  static async start(options: SimulationOptions): Promise<Simulation> {
    const simulation = new Simulation(options);
    await simulation.world.start();
    return simulation;
  }

  get violations(): readonly Violation[] {
    return this.#watch.violations.kept;
  }

  /** Those included that were not kept. */
  get violationCount(): number {
    return this.#watch.violations.count;
  }

  get nowMs(): number {
    return this.world.clock.nowMs();
  }

  /** A page that is not open yet. */
  page(wish: PageWish): SimulatedPage {
    const page = new SimulatedPage({
      ...wish,
      world: this.world,
      random: this.random.fork(`page ${this.pages.length}`),
      address: this.topology.clientAddress(wish.idc),
      onChange: ({ options: { name } }, change) => {
        this.#digest.decided({ page: name, ...change });
        if (change.kind === 'over' && change.reason !== 'left')
          this.tell('page', `${name} has lost its connection to ${change.node}: ${change.reason}`);
      },
    });
    this.pages.push(page);
    return page;
  }

  /** So long from now. */
  after(durationMs: number, task: Task): void {
    this.#agenda.at(this.nowMs + durationMs, task);
  }

  /** Again and again, until what it returns is called. */
  every(intervalMs: number, task: Task): () => void {
    return this.#agenda.every(this.nowMs + intervalMs, intervalMs, task);
  }

  /** Since when nothing has been wrong with nodes and lines, ms; undefined while something is. */
  get wellSinceMs(): number | undefined {
    return this.#faults.size === 0 ? this.#faultEndedAtMs : undefined;
  }

  /** Until it is ended something is wrong with nodes or lines. */
  faultBegins(what: string): BegunFault {
    const sinceMs = this.nowMs;
    const fault: BegunFault = {
      end: () => {
        if (!this.#faults.delete(fault)) return;
        this.#faultEndedAtMs = this.nowMs;
        this.timeline.push({ atMs: sinceMs, untilMs: this.nowMs, kind: 'fault', what });
      },
      withdraw: () => void this.#faults.delete(fault),
    };
    this.#faults.add(fault);
    this.#digest.decided({ fault: what });
    return fault;
  }

  tell(kind: TimelineEvent['kind'], what: string): void {
    this.timeline.push({ atMs: this.nowMs, kind, what });
  }

  /** What the scenario decides besides: the digest is over that too. */
  decide(what: object): void {
    this.#digest.decided(what);
  }

  /** Lets time pass, and does on the way what is to be done. */
  async pass(durationMs: number): Promise<void> {
    const untilMs = this.nowMs + durationMs;
    const { signal } = this.#options;
    for (;;) {
      signal?.throwIfAborted();
      const nextMs = Math.min(this.#agenda.nextAtMs ?? untilMs, untilMs);
      if (nextMs > this.nowMs) await this.world.pass(nextMs - this.nowMs);
      // The clock may stand a rounding error before it.
      const task = this.#agenda.popDue(nextMs);
      if (task === undefined && nextMs >= untilMs) return;
      await task?.();
    }
  }

  /** How the network is between the two sites, in that direction, from now on; by default as the map has it. */
  impair(from: string, to: string, settings: LinkSettings = {}): void {
    const line = { ...this.topology.between(from, to), ...settings };
    for (const one of this.#addressesIn(from))
      for (const other of this.#addressesIn(to)) this.world.network.impair(one, other, line);
  }

  /** Likewise between a page and all nodes; `up` is what it sends. */
  impairPage({ options: { address } }: SimulatedPage, up: LinkSettings, down: LinkSettings = {}): void {
    for (const { name } of this.topology.nodes) {
      const node = this.world.addressOf(name);
      const line = this.topology.clientLineOf(address, node);
      this.world.network.impair(address, node, { ...line, ...up });
      this.world.network.impair(node, address, { ...line, ...down });
    }
  }

  /** Everybody leaves, and what is left then is looked at; the run's digest. */
  async finish(): Promise<string> {
    for (const page of this.pages) await page.close();
    await this.pass(AFTERMATH_MS);
    this.#watch.end(this.nowMs, this.#seen());
    await this.world.stop();
    this.#look();
    return this.#digest.end();
  }

  #look(): void {
    const { log, failures } = this.world;
    // A day's log would not fit, and the digest has it.
    for (const entry of log.splice(0)) this.#digest.decided(entry);
    for (const { shard } of this.world.nodes.values()) shard.log.length = 0;
    for (const failure of failures.splice(0)) this.#watch.violate('no-failure', String(failure));
    this.#watch.look(this.nowMs, this.#seen());
    this.#options.onProgress?.(this.nowMs);
  }

  #seen(): readonly SeenNode[] {
    return [...this.world.nodes.values()].map(node => {
      const { system, plane } = node.shard.shard;
      const { crashes } = node.system.counters;
      return { node, crashes, report: plane.report(this.nowMs), paths: system.paths() };
    });
  }

  #addressesIn(idc: string): readonly string[] {
    return this.topology.nodes.filter(node => node.idc === idc).map(({ name }) => this.world.addressOf(name));
  }
}
