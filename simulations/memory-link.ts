/**
 * A link between two actor systems in one process: what is posted at one end comes out of the other, copied; at once, or as
 * late as a line makes it, and then like a TCP connection: in order, and all or nothing.
 */
import type { Envelope, Link } from '../actors/runtime/link.ts';
import type { Clock } from '../transports/clock.ts';

export interface MemoryLink {
  readonly ends: readonly [Link, Link];
  /** While it is stalled nothing comes out; what was posted meanwhile does afterwards. */
  stall(isStalled: boolean): void;
  /** Breaks it: both sides hear so, and what is under way is lost. */
  close(): void;
}

export interface MemoryLine {
  readonly clock: Clock;
  /** One way. */
  readonly delayMs: number;
}

export function memoryLink(line?: MemoryLine): MemoryLink {
  const listeners: [((envelope: Envelope) => void)?, ((envelope: Envelope) => void)?] = [];
  const closed: (() => void)[] = [];
  const waiting: (() => void)[] = [];
  let isOpen = true;
  let isStalled = false;
  const deliver = (run: () => void) => {
    if (!isOpen) return;
    if (isStalled) waiting.push(run);
    else run();
  };
  const end = (own: 0 | 1): Link => ({
    post(envelope) {
      if (!isOpen) return;
      const copy = copyOf(envelope) as Envelope;
      const run = () => listeners[own === 0 ? 1 : 0]?.(copy);
      if (line === undefined) deliver(run);
      else line.clock.setTimer(line.delayMs, () => deliver(run));
    },
    listen(onEnvelope, onClosed) {
      listeners[own] = onEnvelope;
      closed.push(onClosed);
    },
  });
  return {
    ends: [end(0), end(1)],
    stall(value) {
      isStalled = value;
      if (!value) for (const run of waiting.splice(0)) deliver(run);
    },
    close() {
      isOpen = false;
      waiting.length = 0;
      for (const onClosed of closed.splice(0)) onClosed();
    },
  };
}

/** As `structuredClone` does it, which takes longer for the small plain records that messages are than all that they cause. */
function copyOf(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) {
    return typeof value === 'function' || typeof value === 'symbol' ? structuredClone(value) : value;
  }
  if (Array.isArray(value)) return value.map(copyOf);
  if (Object.getPrototypeOf(value) !== Object.prototype) return structuredClone(value);
  const copy: Record<string, unknown> = {};
  for (const [key, one] of Object.entries(value)) copy[key] = copyOf(one);
  return copy;
}
