/** What a node has to tell of itself, put together from what its shards report and its other actors tell. A core. */
import type { ShardReport, StreamReport } from '../protocol.ts';
import { formatAddress } from '../runtime/address.ts';
import type { AnnouncedStream, FactsTold, LocalStream, MeasuredLink, NodeLoad } from './messages.ts';

/** A shard that has not answered for this long counts as gone; a busy one may miss a question or two. */
export const SHARD_FACTS_LAST_MS = 3000;

/** A second in which many join keeps a thread busy without overloading it. */
const UTILISATION_WEIGHT = 0.5;

interface ShardFacts {
  readonly report: ShardReport;
  readonly atMs: number;
  readonly packetsPerSecond: number;
  readonly bitsPerSecond: number;
  readonly measured: readonly MeasuredLink[];
}

export class LocalFacts {
  readonly #shards = new Map<number, ShardFacts>();
  /** By who told them. */
  readonly #told = new Map<string, FactsTold>();
  /** Streams that came or went after the shards were last asked. */
  readonly #changed = new Map<string, { readonly local: LocalStream; readonly atMs: number }>();
  /** Of each shard's thread, smoothed. */
  readonly #utilisation = new Map<number, number>();
  #measuredAtMs = 0;

  reported(nowMs: number, report: ShardReport): void {
    const before = this.#shards.get(report.shard);
    const seconds = before === undefined ? 0 : (nowMs - before.atMs) / 1000;
    // A shard that was started again counts from 0.
    const perSecond = (count: (report: ShardReport) => number) =>
      before === undefined || seconds <= 0 ? 0 : Math.max(0, count(report) - count(before.report)) / seconds;
    this.#shards.set(report.shard, {
      report,
      atMs: nowMs,
      packetsPerSecond: perSecond(packetsOf),
      measured: measuredLinks(report, before?.report),
      bitsPerSecond: 8 * perSecond(({ counters }) => counters.bytes_sent_total ?? 0),
    });
    this.#measuredAtMs = nowMs;
  }

  /** The share of a processor that a shard has used in the last second. */
  used(shard: number, utilisation: number): void {
    const before = this.#utilisation.get(shard) ?? 0;
    this.#utilisation.set(shard, before + UTILISATION_WEIGHT * (utilisation - before));
  }

  /** The shards have been asked; `askedAtMs` is there if all have answered: their word is the newer then. */
  polled(nowMs: number, askedAtMs: number | undefined): void {
    for (const [stream, { atMs }] of this.#changed) {
      const isReported = askedAtMs !== undefined && atMs < askedAtMs;
      if (isReported || nowMs - atMs >= SHARD_FACTS_LAST_MS) this.#changed.delete(stream);
    }
    for (const [shard, { atMs }] of this.#shards) {
      if (nowMs - atMs >= SHARD_FACTS_LAST_MS) this.#forgetShard(shard);
    }
  }

  /** Only these shards run: what others have reported is past. */
  running(shards: readonly number[]): void {
    for (const shard of this.#shards.keys()) if (!shards.includes(shard)) this.#forgetShard(shard);
  }

  told(nowMs: number, facts: FactsTold): void {
    if (facts.load !== undefined) this.#measuredAtMs = nowMs;
    this.#told.set(formatAddress(facts.source), facts);
  }

  /** Who told it is gone. */
  forget(source: FactsTold['source']): void {
    this.#told.delete(formatAddress(source));
  }

  changed(nowMs: number, local: LocalStream): void {
    this.#changed.set(local.stream, { local, atMs: nowMs });
  }

  get load(): NodeLoad {
    const shards = [...this.#shards.values()];
    const sum = (count: (shard: ShardFacts) => number) =>
      shards.reduce((total, shard) => total + count(shard), 0);
    const measured: NodeLoad = {
      publishers: sum(({ report }) => report.publishers),
      viewers: sum(({ report }) => report.viewers),
      cores: shards.length,
      packetsPerSecond: Math.round(sum(({ packetsPerSecond }) => packetsPerSecond)),
      bitsPerSecond: Math.round(sum(({ bitsPerSecond }) => bitsPerSecond)),
      ...(this.#utilisation.size > 0 && { utilisation: this.#meanUtilisation() }),
      measuredAtMs: this.#measuredAtMs,
    };
    return Object.assign({}, measured, ...[...this.#told.values()].map(({ load }) => load));
  }

  /** Relay links, as measured between the last two reports. */
  get measured(): readonly MeasuredLink[] {
    return [...this.#shards.values()].flatMap(({ measured }) => measured);
  }

  get streams(): readonly AnnouncedStream[] {
    const streams = new Map<string, AnnouncedStream>();
    const viewers = new Map<string, number>();
    for (const report of this.#streamReports()) {
      viewers.set(report.stream, report.viewers + (viewers.get(report.stream) ?? 0));
      if (!report.live) continue;
      if (report.publisher !== undefined) streams.set(report.stream, origin(report));
      else if (report.parent !== undefined) streams.set(report.stream, carried(report, report.parent));
    }
    for (const { local } of this.#changed.values()) {
      if (local.live) streams.set(local.stream, origin(local));
      else streams.delete(local.stream);
    }
    for (const { streams: told } of this.#told.values()) {
      for (const one of told ?? []) streams.set(one.stream, one);
    }
    return [...streams.values()].map(one => ({ ...one, viewers: viewers.get(one.stream) ?? one.viewers }));
  }

  #meanUtilisation(): number {
    const total = [...this.#utilisation.values()].reduce((sum, utilisation) => sum + utilisation, 0);
    // Percents; more would be noise.
    return Math.round((100 * total) / this.#utilisation.size) / 100;
  }

  #forgetShard(shard: number): void {
    this.#shards.delete(shard);
    this.#utilisation.delete(shard);
  }

  #streamReports(): readonly StreamReport[] {
    return [...this.#shards.values()].flatMap(({ report }) => report.streams);
  }
}

/** A link that was opened since the last report counts from 0. */
function measuredLinks(
  { links = [] }: ShardReport,
  before: ShardReport | undefined,
): readonly MeasuredLink[] {
  return links.map(({ node, rttMs, datagramsSent, retransmissions }) => {
    const last = before?.links?.find(link => link.node === node && link.datagramsSent <= datagramsSent);
    const sent = datagramsSent - (last?.datagramsSent ?? 0);
    const repeated = Math.max(0, retransmissions - (last?.retransmissions ?? 0));
    return { node, rttMs, loss: sent === 0 ? 0 : Math.min(1, repeated / sent) };
  });
}

function origin({ stream, epoch }: { readonly stream: string; readonly epoch: number }): AnnouncedStream {
  return { stream, epoch, kind: 'origin', viewers: 0 };
}

function carried({ stream, epoch }: StreamReport, parent: string): AnnouncedStream {
  return { stream, epoch, kind: 'carried', parent, viewers: 0 };
}

function packetsOf({ counters }: ShardReport): number {
  return (counters.packets_received_total ?? 0) + (counters.packets_sent_total ?? 0);
}
