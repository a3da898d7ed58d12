/** One stream to a million viewers all over the world, as flows: what the scheduler makes of them, and what they cost. */

import { nextTurn } from '../../transports/clock.ts';
import { DelayDistribution } from '../delay-distribution.ts';
import { weighted } from '../draws.ts';
import { CrowdCluster, seatsOf } from '../flows/crowd-cluster.ts';
import { crossingsOf, FlowCheck } from '../flows/flow-check.ts';
import { type FlowViewer, type JoinWorld, tryToJoin } from '../flows/flow-join.ts';
import { FlowLines } from '../flows/flow-lines.ts';
import type { FlowNode } from '../flows/flow-node.ts';
import { FlowTree, wayTo } from '../flows/flow-tree.ts';
import { Scheduling } from '../flows/scheduling.ts';
import { DATAGRAM_BYTES, type StreamRate, streamRate } from '../flows/stream-rate.ts';
import { worldCities } from '../flows/world-cities.ts';
import { imbalanceOf } from '../imbalance.ts';
import { CPU_MS_PER_JOIN, MEMORY_KB_PER_VIEWER } from '../measured-costs.ts';
import { retryAfterMs } from '../page-waiting.ts';
import { hundredths } from '../rounding.ts';
import { RunDigest } from '../run-digest.ts';
import { type SeededRandom, seededRandom } from '../seeded-random.ts';
import { VirtualClock } from '../virtual-clock.ts';
import { delayPlot, distributionPlot } from './delay-plot.ts';
import { LongTimes } from './long-times.ts';
import { delayRecord } from './part.ts';
import type { FigureRecord, Outcome, Scenario, ScenarioOptions } from './scenario.ts';

const STREAM = 'world-101';
const HOME = 'beijing';
/** With Opus beside it. */
const KBPS = 350;
const VIEWERS_PER_MINUTE = 100_000;
/** After the last has come: for trees that are not yet the best, which are looked at every 15 s. */
const SETTLE_S = 60;
/** Viewers live around a city: within so much of it, degrees. */
const AROUND_DEGREES = 1.5;
/** One node more in the path adds this at most (docs/bench.md, zrtc bench path). */
const NODE_MS = 2;
/** Nobody may wait longer, and be it for the first copy that goes round the world. */
const FIRST_FRAME_P99_MAX_MS = 2_000;
const SECONDS_PER_MINUTE = 60;

export const million: Scenario = {
  name: 'million',
  summary: 'one stream to a million viewers over the tree of relays, as flows',
  explanation: [
    `${VIEWERS_PER_MINUTE / 1000},000 viewers a minute, most of them in the middle of the time, in ${worldCities.length} cities with a site each; the stream (${KBPS} kbit/s, Opus) is`,
    `published in ${HOME}. Scheduler, routes and edges' admission are the production ones, media and CPU are counted, by what`,
    'benches have measured. Figures: `depth` (nodes from the publisher’s edge to a viewer’s), `copiesALink` and `copiesASite` (the',
    'most of any), `sitesFromOne` (that one node serves), `edgesNeeded` (of `edges`; `edgesLeast` if all were full), `imbalance` (fullest edge to mean, in the worst site),',
    'join: ms until the first picture; delay: until a picture is there; refused: 503s; cost: of a viewer, for each second.',
  ],
  minutes: 10,
  play,
};

async function play(options: ScenarioOptions): Promise<Outcome> {
  const run = new Million(options);
  await run.play();
  return run.outcome();
}

class Million {
  readonly #options: ScenarioOptions;
  readonly #clock = new VirtualClock();
  readonly #digest = new RunDigest(this.#clock);
  readonly #random: SeededRandom;
  readonly #rate = streamRate(KBPS);
  readonly #count: number;
  readonly #cluster: CrowdCluster;
  readonly #check: FlowCheck;
  readonly #world: JoinWorld;
  /** By where they live. */
  readonly #joins = new Map(worldCities.map(({ name }) => [name, [] as number[]]));
  readonly #joinsOfRefused: number[] = [];
  readonly #delays = new DelayDistribution();
  readonly #timeline: Outcome['timeline'][number][] = [];
  readonly #arrivals: (readonly [number, number])[] = [];
  #refused = 0;
  #parentChanges = 0;
  #joined = 0;

  constructor(options: ScenarioOptions) {
    const { seed, minutes } = options;
    this.#options = options;
    this.#count = Math.round(VIEWERS_PER_MINUTE * minutes);
    this.#random = seededRandom(seed).fork('million');
    const plan = { sites: worldCities, home: HOME, stream: STREAM, rate: this.#rate, viewers: this.#count };
    this.#cluster = new CrowdCluster(plan, this.#random.fork('cluster'));
    const { nodes } = this.#cluster;
    const lines = new FlowLines(worldCities, this.#random.fork('lines'));
    const scheduling = new Scheduling(HOME, this.#random.fork('scheduler'));
    const tree = new FlowTree(STREAM, nodes, lines, scheduling, {
      onParent: (nowMs, node, parent, before) => this.#parentTaken(nowMs, node, parent, before),
    });
    this.#check = new FlowCheck(STREAM, nodes);
    this.#world = { stream: STREAM, nodes, lines, scheduling, tree };
  }

  async play(): Promise<void> {
    const { onProgress, signal, minutes } = this.#options;
    const arrivals = this.#arrivalsBySecond(minutes * SECONDS_PER_MINUTE);
    const seconds = arrivals.length + SETTLE_S;
    let number = 0;
    for (let second = 0; second < seconds; second += 1) {
      signal.throwIfAborted();
      this.#everySecond();
      const offsets = Array.from({ length: arrivals[second] ?? 0 }, () => 1000 * this.#random.unit()).sort(
        (a, b) => a - b,
      );
      for (const offsetMs of offsets) {
        const viewer = this.#viewer(number);
        number += 1;
        this.#clock.setTimer(offsetMs, () => this.#come(viewer, this.#clock.nowMs()));
      }
      this.#clock.advanceBy(1000);
      this.#arrivals.push([second + 1, this.#joined]);
      onProgress((second + 1) / seconds, `${this.#joined} viewers`);
      // Others get a turn, Ctrl-C among them.
      await new Promise<void>(nextTurn);
    }
    this.#everySecond();
    this.#digest.decided({ endedAtMs: this.#clock.nowMs() });
  }

  outcome(): Outcome {
    const { edges, carriers } = this.#cluster;
    const needed = edges.filter(({ viewers }) => viewers > 0);
    this.#measureDelays();
    const joins = new LongTimes([...this.#joins.values()].flat());
    this.#judge(joins);
    return {
      digest: this.#digest.end(),
      virtualMs: this.#clock.nowMs(),
      violations: this.#check.violations.kept,
      violationCount: this.#check.violations.count,
      interruptions: 0,
      figures: {
        viewers: this.#joined,
        sites: worldCities.length,
        edges: edges.length,
        edgesNeeded: needed.length,
        edgesLeast: Math.ceil(this.#joined / seatsOf(this.#rate)),
        relaysNeeded: carriers.filter(({ plan }) => plan.role === 'relay').length,
        depth: Math.max(...needed.map(edge => wayTo(edge).length)),
        copiesALink: this.#copiesALink(),
        copiesASite: Math.max(0, ...[...this.#crossings().values()].map(nodes => nodes.length)),
        sitesFromOne: Math.max(...carriers.map(sitesBelow)),
        parentChanges: this.#parentChanges,
        imbalance: Math.round(1000 * imbalanceOf(needed)) / 1000,
        join: joins.record,
        delay: delayRecord(this.#delays.figures),
        refused: { times: this.#refused, ...new LongTimes(this.#joinsOfRefused).record },
        cost: this.#cost(carriers),
        rows: this.#rows(needed),
      },
      timeline: this.#timeline,
      plots: [
        distributionPlot('Until the first picture', [{ name: 'viewers', points: joins.cumulative }]),
        delayPlot([{ name: 'viewers', delays: this.#delays }]),
        {
          title: 'Viewers',
          x: 's',
          y: 'viewers',
          style: 'line',
          series: [{ name: 'viewers', points: this.#arrivals }],
        },
      ],
      tree: carriers.map(({ name, parent, viewers }) => ({
        name,
        ...(parent !== undefined && { parent: parent.name }),
        ...(viewers > 0 && { note: `${viewers} viewers` }),
      })),
    };
  }

  #judge(joins: LongTimes): void {
    this.#expect(this.#joined === this.#count, `${this.#count - this.#joined} viewers have not got in`);
    const p99Ms = joins.quantile(0.99);
    this.#expect(p99Ms <= FIRST_FRAME_P99_MAX_MS, `one in a hundred waits for ${p99Ms} ms or more`);
  }

  /** Few at first, most in the middle, few at the end. */
  #arrivalsBySecond(seconds: number): readonly number[] {
    const counts = new Array<number>(Math.max(1, Math.ceil(seconds))).fill(0);
    const random = this.#random.fork('arrivals');
    for (let i = 0; i < this.#count; i += 1)
      counts[Math.floor(((random.unit() + random.unit()) / 2) * counts.length)]! += 1;
    return counts;
  }

  #viewer(number: number): FlowViewer {
    const city = anyCity(this.#random);
    const around = () => (2 * this.#random.unit() - 1) * AROUND_DEGREES;
    const at = { latitude: city.at.latitude + around(), longitude: city.at.longitude + around() };
    const lastMileMs = this.#world.lines.lastMileMs(this.#random.unit());
    return { number, home: city.name, at, lastMileMs };
  }

  #come(viewer: FlowViewer, cameAtMs: number): void {
    const nowMs = this.#clock.nowMs();
    const outcome = tryToJoin(this.#world, nowMs, viewer);
    if (outcome.kind === 'refused') {
      const { retryAfterSeconds } = outcome;
      this.#refused += 1;
      this.#digest.decided({ viewer: viewer.number, refused: retryAfterSeconds });
      const againMs = retryAfterMs(retryAfterSeconds, () => this.#random.unit());
      this.#clock.setTimer(againMs, () => this.#come(viewer, cameAtMs));
      return;
    }
    const { edge, firstFrameMs } = outcome;
    const joinMs = nowMs - cameAtMs + firstFrameMs;
    this.#joined += 1;
    this.#joins.get(viewer.home)!.push(joinMs);
    if (nowMs > cameAtMs) this.#joinsOfRefused.push(joinMs);
    this.#digest.decided({ viewer: viewer.number, edge: edge.name, firstFrameMs });
  }

  #everySecond(): void {
    const nowMs = this.#clock.nowMs();
    const { tree, scheduling, lines } = this.#world;
    this.#cluster.announce(nowMs, scheduling, lines);
    tree.review(nowMs);
    tree.release();
    this.#check.look(nowMs);
  }

  #parentTaken(nowMs: number, node: FlowNode, parent: FlowNode, before: FlowNode | undefined): void {
    this.#digest.decided({ node: node.name, parent: parent.name });
    if (before !== undefined) this.#parentChanges += 1;
    if (node.idc === parent.idc) return;
    const what =
      before === undefined
        ? `${node.idc} gets the stream from ${parent.idc}`
        : `${node.idc} gets the stream from ${parent.idc} in place of ${before.idc}`;
    this.#timeline.push({ atMs: Math.round(nowMs), kind: 'scene', what });
  }

  #expect(isSo: boolean, detail: string): void {
    if (!isSo) this.#check.violate(this.#clock.nowMs(), 'million', detail);
  }

  /** The most copies that go from one node to another, or from one site to another. */
  #copiesALink(): number {
    const copies = new Map<string, number>();
    for (const { idc, parent } of this.#cluster.carriers) {
      if (parent === undefined || parent.idc === idc) continue;
      const link = `${parent.idc} ${idc}`;
      copies.set(link, (copies.get(link) ?? 0) + 1);
    }
    return Math.max(0, ...copies.values());
  }

  #crossings() {
    return crossingsOf(STREAM, this.#cluster.carriers, this.#cluster.nodes);
  }

  /** Of a picture: both last miles, the lines between the nodes, and what each node adds; for one in a hundred viewers. */
  #measureDelays(): void {
    const { lines } = this.#world;
    const random = this.#random.fork('delays');
    for (const edge of this.#cluster.edges) {
      const wayMs = this.#wayMs(edge);
      for (let i = 0; i < edge.viewers; i += 100)
        this.#delays.add(wayMs + lines.lastMileMs(random.unit()) + lines.lastMileMs(random.unit()));
    }
  }

  /** From the publisher's edge to this one. */
  #wayMs(edge: FlowNode): number {
    const { lines } = this.#world;
    const way = wayTo(edge);
    return way.reduce(
      (sum, { idc }, i) => sum + NODE_MS + (i > 0 ? lines.betweenMs(way[i - 1]!.idc, idc) : 0),
      0,
    );
  }

  #cost(carriers: readonly FlowNode[]): FigureRecord {
    const viewers = Math.max(1, this.#joined);
    const { packetsPerSecond, bytesPerSecond }: StreamRate = this.#rate;
    const bytes = bytesPerSecond + packetsPerSecond * DATAGRAM_BYTES;
    const cpuUs = (nodes: readonly FlowNode[]) =>
      nodes.reduce((sum, node) => sum + node.mediaCpuUsPerSecond, 0);
    const links = carriers.filter(({ parent }) => parent !== undefined);
    const between = links.filter(({ idc, parent }) => parent!.idc !== idc);
    return {
      packets: hundredths(packetsPerSecond),
      cpuUs: hundredths(cpuUs(carriers) / viewers),
      ofRelaysUs: hundredths(cpuUs(carriers.filter(({ plan }) => plan.role !== 'pull')) / viewers),
      joinCpuUs: 1000 * CPU_MS_PER_JOIN,
      bytes: Math.round(bytes),
      bytesOnLinks: hundredths((links.length * bytes) / viewers),
      bytesBetweenSites: hundredths((between.length * bytes) / viewers),
      memoryKb: MEMORY_KB_PER_VIEWER,
      coresInAll: hundredths(cpuUs(carriers) / 1e6),
    };
  }

  /** By site. */
  #rows(needed: readonly FlowNode[]): readonly FigureRecord[] {
    return worldCities.map(({ name }) => {
      const edges = needed.filter(({ idc }) => idc === name);
      const [first] = edges;
      const way = first === undefined ? [] : wayTo(first);
      const from = way.findLast(({ idc }) => idc !== name)?.idc ?? '';
      const joins = new LongTimes(this.#joins.get(name)!);
      return {
        site: name,
        from,
        viewers: edges.reduce((sum, { viewers }) => sum + viewers, 0),
        edges: edges.length,
        depth: way.length,
        wayMs: first === undefined ? 0 : hundredths(this.#wayMs(first)),
        joinP50Ms: joins.quantile(0.5),
        joinP99Ms: joins.quantile(0.99),
      };
    });
  }
}

/** By how many people live there. */
const anyCity = weighted(worldCities, ({ millions }) => millions);

/** Other sites that get the stream from this node. */
function sitesBelow({ idc, children }: FlowNode): number {
  return new Set([...children].map(child => child.idc).filter(site => site !== idc)).size;
}
