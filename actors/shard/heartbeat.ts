/**
 * What a core shard lets the main thread hear of it: a beat again and again, which stops when its loop hangs, and its
 * load every second.
 */
import type { Clock, LoopTimes, Timer } from '../../transports/clock.ts';
import type { ShardReport } from '../protocol.ts';
import { LoadMeter } from './load-meter.ts';
import type { FromWorker } from './worker-messages.ts';

/** Short against the time after which a silent loop counts as hung, so that this time is known well. */
export const BEAT_INTERVAL_MS = 250;
const LOAD_INTERVAL_BEATS = 4;

export interface HeartbeatPorts {
  readonly clock: Clock;
  loopTimes(): LoopTimes;
  /** What the shard says of itself; rejects when it cannot. */
  report(): Promise<ShardReport>;
  say(message: FromWorker): void;
}

/** Beats until the function returned is called. */
export function startHeartbeat({ clock, loopTimes, report, say }: HeartbeatPorts): () => void {
  const meter = new LoadMeter(clock.nowMs(), loopTimes());
  let beats = 0;
  let timer: Timer;
  let dueAtMs = clock.nowMs() + BEAT_INTERVAL_MS;
  const sayLoad = async () => {
    // One that has no answer is missed: whoever hears of no load for long draws conclusions.
    const found = await report().catch(() => undefined);
    if (found !== undefined) {
      say({ kind: 'load', load: meter.measure(clock.nowMs(), loopTimes(), found) });
    }
  };
  const beat = () => {
    say({ kind: 'alive' });
    const nowMs = clock.nowMs();
    meter.fired(nowMs - dueAtMs);
    dueAtMs = nowMs + BEAT_INTERVAL_MS;
    beats += 1;
    if (beats % LOAD_INTERVAL_BEATS === 0) void sayLoad();
    timer = clock.setTimer(BEAT_INTERVAL_MS, beat);
  };
  timer = clock.setTimer(BEAT_INTERVAL_MS, beat);
  return () => timer.cancel();
}
