/** The port `workers`: starts core shards in worker threads, joins them to the node's actor system, and ends them. */
import { MessageChannel, Worker } from 'node:worker_threads';
import type { Clock } from '../../transports/clock.ts';
import { MessagePortLink } from '../../transports/threads/message-port-link.ts';
import type { Address } from '../runtime/address.ts';
import type { ActorSystem } from '../runtime/system.ts';
import { shardPath } from '../sessions/facts.ts';
import type { ShardSettings } from '../shard/run-shard.ts';
import type { FromWorker, ToWorker } from '../shard/worker-messages.ts';
import type { StartWorker, StopWorkers, WorkerEnded, WorkerReady } from './messages.ts';

/** A shard closes its sessions and socket in milliseconds; one that takes longer hangs, and is ended. */
const STOP_TIMEOUT_MS = 3000;

export interface WorkersOptions {
  readonly clock: Clock;
  readonly settingsOf: (shard: number) => ShardSettings;
  readonly log: (entry: object) => void;
  readonly warn: (warning: string) => void;
}

export class Workers {
  readonly #options: WorkersOptions;
  readonly #running = new Map<number, Worker>();
  #stopping = false;

  constructor(options: WorkersOptions) {
    this.#options = options;
  }

  perform(system: ActorSystem, command: StartWorker | StopWorkers, from: Address): void {
    switch (command.do) {
      case 'start':
        this.#start(system, command.shard, from);
        return;
      case 'stop-all':
        this.#stopping = true;
        for (const worker of this.#running.values()) worker.postMessage({ kind: 'stop' } satisfies ToWorker);
        return;
      default:
        command satisfies never;
    }
  }

  /** Resolves when every thread has ended, by itself or by force. */
  async ended(): Promise<void> {
    await Promise.all(
      [...this.#running.values()].map(async worker => {
        const exited = new Promise<void>(resolve => worker.once('exit', () => resolve()));
        const timer = this.#options.clock.setTimer(STOP_TIMEOUT_MS, () => void worker.terminate());
        await exited;
        timer.cancel();
      }),
    );
  }

  #start(system: ActorSystem, shard: number, from: Address): void {
    const { port1, port2 } = new MessageChannel();
    const worker = new Worker(new URL('../shard/worker.ts', import.meta.url), {
      workerData: { settings: this.#options.settingsOf(shard), link: port2 },
      transferList: [port2],
      name: `shard-${shard}`,
    });
    this.#running.set(shard, worker);
    let ready = false;
    let reason = 'the thread ended';
    worker.on('message', (message: FromWorker) => {
      switch (message.kind) {
        case 'ready': {
          ready = true;
          message.warnings.forEach(this.#options.warn);
          system.attach(shardPath(shard), new MessagePortLink(port1));
          const readyMessage: WorkerReady = { type: 'worker-ready', facts: message.facts };
          system.tell(from, readyMessage);
          return;
        }
        case 'failed':
          reason = message.reason;
          return;
        case 'log':
          this.#options.log(message.entry);
          return;
        default:
          message satisfies never;
      }
    });
    worker.on('error', error => {
      reason = error instanceof Error ? error.message : String(error);
    });
    worker.on('exit', () => {
      this.#running.delete(shard);
      port1.close();
      system.detach(shardPath(shard));
      if (this.#stopping) return;
      const ended: WorkerEnded = { type: 'worker-ended', shard, reason, atStart: !ready };
      system.tell(from, ended);
    });
  }
}
