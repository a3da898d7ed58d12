/** A link between two actor systems in one process: what is posted at one end comes out of the other, copied. */
import type { Envelope, Link } from '../actors/runtime/link.ts';

export interface MemoryLink {
  readonly ends: readonly [Link, Link];
  /** Breaks it: both sides hear so. */
  close(): void;
}

export function memoryLink(): MemoryLink {
  const listeners: [((envelope: Envelope) => void)?, ((envelope: Envelope) => void)?] = [];
  const closed: (() => void)[] = [];
  let isOpen = true;
  const end = (own: 0 | 1): Link => ({
    post(envelope) {
      if (isOpen) listeners[own === 0 ? 1 : 0]?.(structuredClone(envelope));
    },
    listen(onEnvelope, onClosed) {
      listeners[own] = onEnvelope;
      closed.push(onClosed);
    },
  });
  return {
    ends: [end(0), end(1)],
    close() {
      isOpen = false;
      for (const onClosed of closed.splice(0)) onClosed();
    },
  };
}
