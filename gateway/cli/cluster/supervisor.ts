/** The processes of a cluster: starts them, starts those again that die, and ends them in order. */
import type { Clock, Timer } from '../../../transports/clock.ts';
import type { NodeProcess } from './process.ts';
import { Restarts } from './restarts.ts';

export interface SupervisorOptions {
  readonly clock: Clock;
  start(name: string): NodeProcess;
  /** A line for the person at the terminal. */
  tell(line: string): void;
}

export class Supervisor {
  readonly #options: SupervisorOptions;
  readonly #restarts = new Restarts();
  readonly #processes = new Map<string, NodeProcess>();
  readonly #timers = new Map<string, Timer>();
  /** How many of each name are up again after a death. */
  readonly #returns = new Map<string, number>();
  #isStopping = false;

  constructor(options: SupervisorOptions) {
    this.#options = options;
  }

  /** Starts processes side by side. Rejects when one of them does not come up: then the rest is to be stopped. */
  async start(names: readonly string[]): Promise<void> {
    if (this.#isStopping) throw new Error('it is to stop already');
    await Promise.all(
      names.map(async name => {
        try {
          await this.#launch(name, true).up;
        } catch (error) {
          throw new Error(`${name}: ${error instanceof Error ? error.message : error}`);
        }
      }),
    );
  }

  pidOf(name: string): number {
    return this.#processes.get(name)?.pid ?? 0;
  }

  /** How often it has come up again after it had died. */
  returnsOf(name: string): number {
    return this.#returns.get(name) ?? 0;
  }

  /** Nothing happens to one that is not there. */
  kill(name: string): void {
    this.#processes.get(name)?.kill();
  }

  impair(name: string, impairment: string): void {
    this.#processes.get(name)?.impair(impairment);
  }

  /** Ends one stage after the other. */
  async stop(stages: readonly (readonly string[])[]): Promise<void> {
    this.#isStopping = true;
    for (const timer of this.#timers.values()) timer.cancel();
    for (const names of stages) {
      await Promise.all(names.map(name => this.#processes.get(name)?.end()));
    }
  }

  /** Ends all at once. */
  killAll(): void {
    this.#isStopping = true;
    for (const process of this.#processes.values()) process.kill();
  }

  /** A process whose first start fails is not started again: what is wrong is for the person at the terminal. */
  #launch(name: string, isFirst: boolean): NodeProcess {
    const process = this.#options.start(name);
    this.#processes.set(name, process);
    let isOurs = !isFirst;
    process.up.then(
      () => {
        isOurs = true;
      },
      () => {},
    );
    process.ended.then(how => {
      if (isOurs) this.#ended(name, process, how);
    });
    return process;
  }

  #ended(name: string, { pid }: NodeProcess, how: string): void {
    if (this.#isStopping) return;
    const { clock, tell } = this.#options;
    const diedAtMs = clock.nowMs();
    const verdict = this.#restarts.died(diedAtMs, name);
    if (verdict.do === 'give up') {
      tell(`zrtc: ${name} (pid ${pid}) ${how} and is left down: ${verdict.reason}; the rest goes on`);
      return;
    }
    tell(`zrtc: ${name} (pid ${pid}) ${how}; it is started again in ${verdict.afterMs} ms`);
    this.#timers.set(
      name,
      clock.setTimer(verdict.afterMs, () => {
        const next = this.#launch(name, false);
        next.up.then(
          () => {
            this.#returns.set(name, this.returnsOf(name) + 1);
            tell(
              `zrtc: ${name} (pid ${next.pid}) is up again after ${Math.round(clock.nowMs() - diedAtMs)} ms`,
            );
          },
          () => {},
        );
      }),
    );
  }
}
