/** A node in a process of its own whose core shards can be killed, so that who watches it is not disturbed by its threads. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

export interface ToMortalNode {
  /** The shard that is to die. */
  readonly kill: number;
}

export type FromMortalNode =
  | { readonly kind: 'up'; readonly url: string }
  /** When that was, by the clock's nowMs, which all processes of a machine share. */
  | { readonly kind: 'killed'; readonly atMs: number };

export interface MortalNode {
  readonly url: string;
  /** An exception that nobody catches ends the shard's thread; resolves to when it was sent its death, by nowMs. */
  kill(shard: number): Promise<number>;
  stop(): Promise<void>;
}

/** `settings` are configuration keys and their values, as flags would give them. */
export async function startMortalNode(settings: Record<string, string>): Promise<MortalNode> {
  const entry = fileURLToPath(new URL('./mortal-node-process.ts', import.meta.url));
  const child = fork(entry, [JSON.stringify(settings)], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const up = await next(child, 'up');
  return {
    url: up.url,
    async kill(shard) {
      const killed = next(child, 'killed');
      child.send({ kill: shard } satisfies ToMortalNode);
      return (await killed).atMs;
    },
    async stop() {
      const exited = once(child, 'exit');
      child.disconnect();
      await exited;
    },
  };
}

function next<K extends FromMortalNode['kind']>(
  child: ChildProcess,
  kind: K,
): Promise<FromMortalNode & { readonly kind: K }> {
  return new Promise((resolve, reject) => {
    child.once('exit', code => reject(new Error(`the node's process has ended with ${code}`)));
    child.once('message', (message: FromMortalNode) => {
      if (message.kind === kind) resolve(message as FromMortalNode & { readonly kind: K });
      else reject(new Error(`the node said "${message.kind}", not "${kind}"`));
    });
  });
}
