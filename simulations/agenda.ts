/** What is to be done in a run, and when: in the order of time, and of what was put down first. */
import { DeliveryQueue } from './delivery-queue.ts';

export type Task = () => void | Promise<void>;

export class Agenda {
  readonly #tasks = new DeliveryQueue<Task>();

  at(atMs: number, task: Task): void {
    this.#tasks.push(atMs, task);
  }

  /** Again and again, from `fromMs` on. */
  every(fromMs: number, intervalMs: number, task: Task): void {
    this.at(fromMs, async () => {
      await task();
      this.every(fromMs + intervalMs, intervalMs, task);
    });
  }

  get nextAtMs(): number | undefined {
    return this.#tasks.nextAtMs;
  }

  popDue(nowMs: number): Task | undefined {
    return this.#tasks.popDue(nowMs);
  }
}
