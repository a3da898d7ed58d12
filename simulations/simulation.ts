/**
 * One run: a cluster in a topology, the pages of teachers and students, what happens when, and the invariants that watch it
 * all. The same seed and the same scenario are the same run, to the byte.
 */
import type { ControlSettings } from '../actors/forwarding/control/forwarding-control.ts';
import { Agenda, type Task } from './agenda.ts';
import { ClusterWorld } from './cluster-world.ts';
import { identitySeal } from './identity-seal.ts';
import type { LinkSettings } from './impairment.ts';
import type { Invariant, Scene, SeenNode, Watcher } from './invariants/invariant.ts';
import { type PageOptions, SimulatedPage } from './page.ts';
import type { TimelineEvent, Violation } from './report/report.ts';
import { RunDigest } from './run-digest.ts';
import { type SeededRandom, seededRandom } from './seeded-random.ts';
import type { Topology } from './topology.ts';

export type { TimelineEvent, Violation } from './report/report.ts';

/** How often the invariants look around, where nothing else is said. */
const LOOK_INTERVAL_MS = 500;
/** A run that has gone wrong says so; a thousand times more says no more. */
const VIOLATIONS_KEPT = 50;
/** After the last page has closed: whatever was theirs is gone by then (no-orphans.ts), links that nobody uses too. */
const AFTERMATH_MS = 60_000;

export interface SimulationOptions {
  readonly seed: number;
  readonly topology: Topology;
  readonly invariants: readonly Invariant[];
  readonly control?: ControlSettings;
  /** How often the invariants look around; by default twice a second. What they see of packets they see of each. */
  readonly lookEveryMs?: number;
  /** Hears the time again and again. */
  readonly onProgress?: (nowMs: number) => void;
  readonly signal?: AbortSignal;
}

export type PageWish = Pick<
  PageOptions,
  'name' | 'stream' | 'role' | 'idc' | 'kbps' | 'repairs' | 'pace' | 'onSkew'
>;

export class Simulation {
  readonly topology: Topology;
  readonly world: ClusterWorld;
  /** For what the scenario draws; the world has its own. */
  readonly random: SeededRandom;
  readonly pages: SimulatedPage[] = [];
  readonly violations: Violation[] = [];
  /** Those included that were not kept. */
  violationCount = 0;
  readonly timeline: TimelineEvent[] = [];
  readonly #options: SimulationOptions;
  readonly #agenda = new Agenda();
  readonly #digest: RunDigest;
  readonly #watchers: readonly Watcher[];
  readonly #faults = new Set<string>();
  #wellSinceMs: number | undefined = 0;
  #logged = 0;

  private constructor(options: SimulationOptions) {
    const { seed, topology, control } = options;
    this.#options = options;
    this.topology = topology;
    this.random = seededRandom(seed).fork('scenario');
    const { lineOf, clientLineOf } = topology;
    const makeSeal = identitySeal;
    const settings = { lineOf, clientLineOf, makeSeal, ...(control !== undefined && { control }) };
    this.world = new ClusterWorld(seed, topology.nodes, {}, settings);
    this.#digest = new RunDigest(this.world.clock);
    this.world.network.observe(this.#digest);
    this.#watchers = options.invariants.map(invariant => this.#watch(invariant));
    this.#agenda.every(0, options.lookEveryMs ?? LOOK_INTERVAL_MS, () => this.#look());
  }

  static async start(options: SimulationOptions): Promise<Simulation> {
    const simulation = new Simulation(options);
    await simulation.world.start();
    return simulation;
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

  every(intervalMs: number, task: Task): void {
    this.#agenda.every(this.nowMs + intervalMs, intervalMs, task);
  }

  /** Until that moment something is wrong with nodes or lines. */
  faultBegins(what: string): void {
    this.#faults.add(what);
    this.#wellSinceMs = undefined;
    this.#digest.decided({ fault: what });
  }

  faultEnds(what: string, sinceMs: number): void {
    this.#faults.delete(what);
    this.timeline.push({ atMs: sinceMs, untilMs: this.nowMs, kind: 'fault', what });
    if (this.#faults.size === 0) this.#wellSinceMs = this.nowMs;
  }

  tell(kind: TimelineEvent['kind'], what: string): void {
    this.timeline.push({ atMs: this.nowMs, kind, what });
  }

  /** What the scenario decides besides: the digest is over that too. */
  decide(what: object): void {
    this.#digest.decided(what);
  }

  violate(invariant: string, detail: string): void {
    this.violationCount += 1;
    this.#digest.decided({ violation: invariant, detail });
    if (this.violations.length < VIOLATIONS_KEPT)
      this.violations.push({ invariant, atMs: Math.round(this.nowMs), detail });
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
    const seen = this.#seen();
    for (const watcher of this.#watchers) watcher.end?.(this.nowMs, seen);
    await this.world.stop();
    this.#look();
    return this.#digest.end();
  }

  #watch(invariant: Invariant): Watcher {
    const simulation = this;
    const scene: Scene = {
      world: this.world,
      pages: this.pages,
      get wellSinceMs() {
        return simulation.#wellSinceMs;
      },
      violate: detail => this.violate(invariant.name, detail),
    };
    const watcher = invariant.watch(scene);
    this.world.network.observe(watcher);
    return watcher;
  }

  #look(): void {
    const { log, failures } = this.world;
    for (; this.#logged < log.length; this.#logged += 1) this.#digest.decided(log[this.#logged]!);
    // A day's log would not fit, and the digest has it.
    log.length = 0;
    this.#logged = 0;
    for (const { shard } of this.world.nodes.values()) shard.log.length = 0;
    for (const failure of failures.splice(0)) this.violate('no-failure', String(failure));
    const seen = this.#seen();
    for (const watcher of this.#watchers) watcher.look?.(this.nowMs, seen);
    this.#options.onProgress?.(this.nowMs);
  }

  #seen(): readonly SeenNode[] {
    return [...this.world.nodes.values()].map(node => {
      const { system, plane } = node.shard.shard;
      return { node, report: plane.report(this.nowMs), paths: system.paths() };
    });
  }

  #addressesIn(idc: string): readonly string[] {
    return this.topology.nodes.filter(node => node.idc === idc).map(({ name }) => this.world.addressOf(name));
  }
}
