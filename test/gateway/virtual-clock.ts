/** A clock that moves only when a test says so. */
import type { Clock } from '../../transports/clock.ts';

export interface VirtualClock extends Clock {
  advance(ms: number): void;
  /** How many timers are set. */
  readonly timerCount: number;
}

/** Noon on the first of January 2026, UTC. */
export const START_WALL_MS = Date.UTC(2026, 0, 1, 12);

export function virtualClock(): VirtualClock {
  let now = 0;
  const timers = new Set<{ atMs: number; fire: () => void }>();
  return {
    nowMs: () => now,
    wallMs: () => START_WALL_MS + now,
    setTimer(delayMs, fire) {
      const timer = { atMs: now + delayMs, fire };
      timers.add(timer);
      return { cancel: () => void timers.delete(timer) };
    },
    advance(ms) {
      now += ms;
      for (const timer of [...timers].filter(({ atMs }) => atMs <= now)) {
        if (timers.delete(timer)) timer.fire();
      }
    },
    get timerCount() {
      return timers.size;
    },
  };
}
