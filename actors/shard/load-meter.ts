/** How busy a core shard is, out of counts that only grow. A core. */
import type { LoopTimes } from '../../transports/clock.ts';
import type { ShardReport } from '../protocol.ts';

export interface ShardLoad {
  /** The share of its time that the shard's event loop did not wait for something to do, 0 to 1. */
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

  constructor(nowMs: number, times: LoopTimes) {
    this.#atMs = nowMs;
    this.#times = times;
  }

  /** The load since the last measurement, or since the beginning. */
  measure(
    nowMs: number,
    times: LoopTimes,
    { publishers, viewers, counters }: Pick<ShardReport, 'publishers' | 'viewers' | 'counters'>,
  ): ShardLoad {
    const busyMs = Math.max(0, times.busyMs - this.#times.busyMs);
    const idleMs = Math.max(0, times.idleMs - this.#times.idleMs);
    const packets = (counters.packets_received_total ?? 0) + (counters.packets_sent_total ?? 0);
    const seconds = (nowMs - this.#atMs) / 1000;
    const load: ShardLoad = {
      utilisation: busyMs + idleMs > 0 ? busyMs / (busyMs + idleMs) : 0,
      publishers,
      viewers,
      packetsPerSecond: seconds > 0 ? Math.round(Math.max(0, packets - this.#packets) / seconds) : 0,
    };
    this.#atMs = nowMs;
    this.#times = times;
    this.#packets = packets;
    return load;
  }
}
