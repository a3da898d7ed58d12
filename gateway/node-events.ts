/** What comes and goes on the node, as its actors log it: the source of GET /api/events. */
import type { NodeEvent, NodeEvents } from './deps.ts';

export class NodeEventBus implements NodeEvents {
  readonly #listeners = new Set<(event: NodeEvent) => void>();

  subscribe(listener: (event: NodeEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** A log entry that says `event` is told to whoever listens. */
  publishEntry(fields: object): void {
    const { event, stream, ...data } = fields as { event?: unknown; stream?: unknown };
    if (typeof event !== 'string') return;
    const told: NodeEvent = { event, ...(typeof stream === 'string' && { stream }), data };
    for (const listener of this.#listeners) listener(told);
  }
}
