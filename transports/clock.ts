/**
 * Time as a port. This is the one file of the project that reads the machine's clock or sets a timer; everything
 * else is handed a `Clock`, or the time itself as a parameter, so that a simulation can be its master.
 */

/** A timer that has been set and can be taken back. */
export interface Timer {
  /** Takes the timer back; harmless once it has fired. */
  cancel(): void;
}

export interface Clock {
  /** Milliseconds, with fractions, since some fixed moment, the same for all threads; never steps back. */
  nowMs(): number;
  /** Milliseconds since the Unix epoch; may step when the machine's clock is set. */
  wallMs(): number;
  /** Calls `fire` once, `delayMs` from now (never synchronously; at once counts as 0). */
  setTimer(delayMs: number, fire: () => void): Timer;
}

/** When a core wants `advance` to be called next, and why; the reason is what a busy loop can be asked for. */
export interface Deadline {
  readonly atMs: number;
  readonly reason: string;
}

/** The earlier of two deadlines, either of which may be missing. */
export function earlier(a: Deadline | undefined, b: Deadline | undefined): Deadline | undefined {
  if (a === undefined) return b;
  if (b === undefined) return a;
  return b.atMs < a.atMs ? b : a;
}

/** The machine's own clock. */
export const systemClock: Clock = {
  // Not performance.now(), which counts from the start of the thread that asks, and costs as much.
  nowMs() {
    const [seconds, nanoseconds] = process.hrtime();
    return seconds * 1e3 + nanoseconds / 1e6;
  },
  wallMs: () => Date.now(),
  setTimer(delayMs, fire) {
    // Node cuts off fractions: whoever is called before it is time has to be called again.
    const handle = setTimeout(fire, Math.ceil(Math.max(0, delayMs)));
    return { cancel: () => clearTimeout(handle) };
  },
};

/** What a thread and its event loop have done with their time since they began, ms. */
export interface LoopTimes {
  /** The loop waited for something to do. */
  readonly idleMs: number;
  /** It did not: it worked, or the thread waited for a processor. */
  readonly busyMs: number;
  /** The thread had a processor. */
  readonly cpuMs: number;
}

/** Of the thread that asks. */
export function eventLoopTimes(): LoopTimes {
  const { idle, active } = performance.eventLoopUtilization();
  const { user, system } = process.threadCpuUsage();
  return { idleMs: idle, busyMs: active, cpuMs: (user + system) / 1000 };
}

/** Calls `run` once, in the next turn of the event loop, after it has looked at its sockets. */
export function nextTurn(run: () => void): void {
  setImmediate(run);
}
