/** The port `workers`: starts core shards in worker threads, joins them to the node's actor system, and ends them. */
import { MessageChannel, Worker } from 'node:worker_threads';
import type { Clock, Timer } from '../../transports/clock.ts';
import { MessagePortLink } from '../../transports/threads/message-port-link.ts';
import type { Address } from '../runtime/address.ts';
import type { ActorSystem } from '../runtime/system.ts';
import { shardPath } from '../sessions/facts.ts';
import type { ShardSettings } from '../shard/run-shard.ts';
import type { FromWorker, ToWorker } from '../shard/worker-messages.ts';
import { HangWatch } from './hang-watch.ts';
import type { ShardLoaded, StartWorker, StopWorkers, WorkerEnded, WorkerReady } from './messages.ts';

/**
 * What a thread keeps for objects that have just been made: V8 takes three times a semi-space, here 8 MB. By itself it lets
 * semi-spaces grow to 32 MB while a thousand viewers come, which is half of what each then seems to cost (60 kB in place of
 * 30), and saves no time (`zrtc bench join`: 2.87 ms a join, and 2.92 with this).
 */
const YOUNG_GENERATION_MAX_MB = 24;
/** A shard closes its sessions and socket in milliseconds; one that takes longer hangs, and is ended. */
const STOP_TIMEOUT_MS = 3000;
/** A thread that hangs in JavaScript ends in milliseconds; one that does not hangs in the system, for good perhaps. */
const END_TIMEOUT_MS = 5000;
const ENTRY = new URL('../shard/worker.ts', import.meta.url);

export interface WorkersOptions {
  readonly clock: Clock;
  readonly settingsOf: (shard: number) => ShardSettings;
  readonly log: (entry: object) => void;
  readonly warn: (warning: string) => void;
  /** What the threads run in place of a core shard, in tests. */
  readonly entry?: URL;
}

interface Running {
  readonly worker: Worker;
  /** Its loop hangs: end it, whatever it is doing. */
  readonly end: (reason: string) => void;
}

export class Workers {
  readonly #options: WorkersOptions;
  readonly #running = new Map<number, Running>();
  readonly #hangs = new HangWatch();
  #check: Timer | undefined;
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
        this.#check?.cancel();
        for (const { worker } of this.#running.values())
          worker.postMessage({ kind: 'stop' } satisfies ToWorker);
        return;
      default:
        command satisfies never;
    }
  }

  /** Resolves when every thread has ended, by itself or by force. */
  async ended(): Promise<void> {
    await Promise.all(
      [...this.#running.values()].map(async ({ worker }) => {
        const exited = new Promise<void>(resolve => worker.once('exit', () => resolve()));
        const timer = this.#options.clock.setTimer(STOP_TIMEOUT_MS, () => void worker.terminate());
        await exited;
        timer.cancel();
      }),
    );
  }

  #start(system: ActorSystem, shard: number, from: Address): void {
    const { clock } = this.#options;
    const { port1, port2 } = new MessageChannel();
    const worker = new Worker(this.#options.entry ?? ENTRY, {
      workerData: { settings: this.#options.settingsOf(shard), link: port2 },
      transferList: [port2],
      name: `shard-${shard}`,
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_GENERATION_MAX_MB },
    });
    let ready = false;
    let ended = false;
    let overdue: Timer | undefined;
    let reason = 'the thread ended';
    const tellEnded = (isFinal: boolean) => {
      if (ended || this.#stopping) return;
      ended = true;
      const message: WorkerEnded = { type: 'worker-ended', shard, reason, isFinal };
      system.tell(from, message);
    };
    const end = (why: string) => {
      reason = why;
      void worker.terminate();
      overdue = clock.setTimer(END_TIMEOUT_MS, () => {
        reason = `${why}, and its thread cannot be ended`;
        tellEnded(true);
      });
    };
    this.#running.set(shard, { worker, end });
    this.#hangs.started(clock.nowMs(), shard);
    this.#checkSoon();
    worker.on('message', (message: FromWorker) => {
      switch (message.kind) {
        case 'ready': {
          ready = true;
          this.#hangs.alive(clock.nowMs(), shard);
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
          for (const entry of message.entries) this.#options.log(entry);
          return;
        case 'alive':
          this.#hangs.alive(clock.nowMs(), shard);
          return;
        case 'load': {
          const loaded: ShardLoaded = { type: 'shard-loaded', shard, load: message.load };
          system.tell(from, loaded);
          return;
        }
        default:
          message satisfies never;
      }
    });
    worker.on('error', error => {
      reason = error instanceof Error ? error.message : String(error);
    });
    worker.on('exit', () => {
      this.#running.delete(shard);
      this.#hangs.ended(shard);
      overdue?.cancel();
      port1.close();
      system.detach(shardPath(shard));
      tellEnded(!ready);
    });
  }

  /** One timer for all shards, as long as there is any. */
  #checkSoon(): void {
    const { clock } = this.#options;
    const deadline = this.#hangs.deadline();
    this.#check?.cancel();
    if (deadline === undefined || this.#stopping) return;
    this.#check = clock.setTimer(deadline.atMs - clock.nowMs(), () => {
      this.#hangs.advance(clock.nowMs());
      for (let hang = this.#hangs.poll(); hang !== undefined; hang = this.#hangs.poll()) {
        const seconds = (hang.silentMs / 1000).toFixed(1);
        this.#running.get(hang.shard)?.end(`its event loop has stood still for ${seconds} s`);
      }
      this.#checkSoon();
    });
  }
}
