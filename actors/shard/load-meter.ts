/** How busy a core shard is, out of counts that only grow. A core. */
import type { LoopTimes } from '../../transports/clock.ts';
import type { ShardReport } from '../protocol.ts';

/**
 * Forwarding may delay one packet in a hundred by this much; a loop that is late by as much on average has no room left,
 * however little of a processor its thread is given.
 */
export const STARVED_LATE_MS = 20;

export interface ShardLoad {
  /**
   * The share of a processor that the shard's thread uses, 0 to 1. If its loop is late, the share of time in which the loop
   * had something to do: on a machine that others keep busy a thread may be at its limit with little. Not always that one,
   * since a loop in good time among others waits for its turn, too, and has room all the same.
   */
  readonly utilisation: number;
  readonly publishers: number;
  readonly viewers: number;
  /** Media packets received and sent. */
  readonly packetsPerSecond: number;
}

export class LoadMeter {
  #atMs: number;
  #times: LoopTimes;
  #packets = 0;
  #lateMs = 0;
  #beats = 0;

  constructor(nowMs: number, times: LoopTimes) {
    this.#atMs = nowMs;
    this.#times = times;
  }

  /** A timer has fired, so much later than it was set for. */
  fired(lateMs: number): void {
    this.#lateMs += Math.max(0, lateMs);
    this.#beats += 1;
  }

  /** The load since the last measurement, or since the beginning. */
  measure(
    nowMs: number,
    times: LoopTimes,
    { publishers, viewers, counters }: Pick<ShardReport, 'publishers' | 'viewers' | 'counters'>,
  ): ShardLoad {
    const elapsedMs = nowMs - this.#atMs;
    const packets = (counters.packets_received_total ?? 0) + (counters.packets_sent_total ?? 0);
    const load: ShardLoad = {
      utilisation: this.#utilisation(elapsedMs, times),
      publishers,
      viewers,
      packetsPerSecond: Math.round(1000 * share(packets - this.#packets, elapsedMs)),
    };
    this.#atMs = nowMs;
    this.#times = times;
    this.#packets = packets;
    this.#lateMs = 0;
    this.#beats = 0;
    return load;
  }

  #utilisation(elapsedMs: number, times: LoopTimes): number {
    const used = share(times.cpuMs - this.#times.cpuMs, elapsedMs);
    const busyMs = times.busyMs - this.#times.busyMs;
    const wanted = share(busyMs, busyMs + times.idleMs - this.#times.idleMs);
    const isLate = this.#beats > 0 && this.#lateMs / this.#beats >= STARVED_LATE_MS;
    // Clocks that are read one after the other may differ a little.
    return Math.min(1, isLate ? Math.max(used, wanted) : used);
  }
}

function share(part: number, whole: number): number {
  return whole > 0 ? Math.max(0, part) / whole : 0;
}
