/** A clock that knows how many of the timers set through it are still to fire. */
import type { Clock } from '../../transports/clock.ts';

export interface CountingClock extends Clock {
  readonly timersSet: number;
}

export function countingClock(clock: Clock): CountingClock {
  let timersSet = 0;
  return {
    nowMs: () => clock.nowMs(),
    wallMs: () => clock.wallMs(),
    setTimer(delayMs, fire) {
      let set = true;
      const unset = () => {
        if (set) timersSet -= 1;
        set = false;
      };
      const timer = clock.setTimer(delayMs, () => {
        unset();
        fire();
      });
      timersSet += 1;
      return {
        cancel() {
          unset();
          timer.cancel();
        },
      };
    },
    get timersSet() {
      return timersSet;
    },
  };
}
