/** One process of a cluster: starts it, hears when it is up and what it says, and ends it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Clock } from '../../../transports/clock.ts';

export interface NodeProcess {
  readonly pid: number;
  /** Resolves when the node says that it is up; rejects with its last words when it ends before. */
  readonly up: Promise<void>;
  /** Resolves with how it ended, as words. */
  readonly ended: Promise<string>;
  /** Asks it to end, and ends it when it has not within the limit. */
  end(): Promise<void>;
  kill(): void;
  /** The links that it was told to impair are from now on as bad as this says; `relay.impairment` of its start. */
  impair(impairment: string): void;
}

/** What a node is told while it runs. */
export interface ToNode {
  readonly impairment: string;
}

/** Others who start nodes may have words of their own for them. */
export function isToNode(word: unknown): word is ToNode {
  return typeof (word as Partial<ToNode> | null)?.impairment === 'string';
}

const program = new URL('../../zrtc.ts', import.meta.url).pathname;
/** A node tells its clients first; it gives itself ten seconds for what hangs, which nobody is to wait for here. */
const END_TIMEOUT_MS = 4_000;

export interface ProcessOptions {
  readonly args: readonly string[];
  /** The working directory: one without a zrtc.yaml. */
  readonly directory: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  /** Each line of its log. */
  onLine(line: string): void;
}

export function startProcess({ args, directory, env, clock, onLine }: ProcessOptions): NodeProcess {
  const child = spawn(process.execPath, [program, ...args], {
    cwd: directory,
    env: withoutSettings(env),
    // By the channel a node notices when we are gone, however that came, and stops.
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    // A group of its own: Ctrl-C in the terminal is for the cluster, which ends its processes in order.
    detached: true,
  });
  createInterface({ input: child.stdout! }).on('line', onLine);
  const up = Promise.withResolvers<void>();
  // Who starts a process again may hear of its end only.
  up.promise.catch(() => {});
  let said = '';
  createInterface({ input: child.stderr! }).on('line', line => {
    if (line.startsWith('zrtc: ')) said = line.slice('zrtc: '.length);
    if (line.endsWith(' is up')) up.resolve();
  });
  const ended = new Promise<string>(resolve => {
    child.once('error', error => resolve(error.message));
    child.once('close', (code, signal) =>
      resolve(signal === null ? `ended with code ${code}` : `ended by ${signal}`),
    );
  });
  ended.then(how => up.reject(new Error(said === '' ? how : said)));
  return {
    pid: child.pid ?? 0,
    up: up.promise,
    ended,
    kill: () => void child.kill('SIGKILL'),
    impair(impairment) {
      // One that is about to go cannot be told, and needs not be.
      if (child.connected) child.send({ impairment } satisfies ToNode, () => {});
    },
    async end() {
      if (hasEnded(child)) return;
      child.kill('SIGTERM');
      const limit = clock.setTimer(END_TIMEOUT_MS, () => child.kill('SIGKILL'));
      await ended;
      limit.cancel();
    },
  };
}

function hasEnded({ exitCode, signalCode, pid }: ChildProcess): boolean {
  return pid === undefined || exitCode !== null || signalCode !== null;
}

/** A variable that configures one node would configure them all. */
function withoutSettings(env: ProcessOptions['env']): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith('ZRTC_')));
}
