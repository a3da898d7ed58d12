/** What is to be done in a run, and when: in the order of time, and of what was put down first. */
import { DeliveryQueue } from './delivery-queue.ts';

export type Task = () => void | Promise<void>;

export class Agenda {
  readonly #tasks = new DeliveryQueue<Task>();

  at(atMs: number, task: Task): void {
    this.#tasks.push(atMs, task);
  }

  /** Again and again, from `fromMs` on, until what it returns is called. */
  every(fromMs: number, intervalMs: number, task: Task): () => void {
    let isOver = false;
    const next = (atMs: number) =>
      this.at(atMs, async () => {
        if (isOver) return;
        await task();
        next(atMs + intervalMs);
      });
    next(fromMs);
    return () => {
      isOver = true;
    };
  }

  get nextAtMs(): number | undefined {
    return this.#tasks.nextAtMs;
  }

  popDue(nowMs: number): Task | undefined {
    return this.#tasks.popDue(nowMs);
  }
}
