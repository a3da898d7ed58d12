/** The bench of paths: how long a packet is on its way through one node, and what each node more adds to that. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { ended, within } from './child.ts';
import { startNodes } from './node-processes.ts';
import type { PathClientOptions, PathClientResult } from './path-client.ts';
import { pathPlans } from './path-plans.ts';
import { type PathReport, type PathRun, reportOf } from './path-report.ts';

const client = new URL('./path-client.ts', import.meta.url);

/** Until code is compiled, and windows and estimates have settled; a run that only tries the bench gets less. */
const WARM_UP_MAX_SECONDS = 2;
/** For connecting, and for what comes late. */
const CLIENT_SPARE_MS = 30_000;

export interface PathBenchOptions {
  /** How many nodes the paths have that are measured: 1 to 4 each. */
  readonly hops: readonly number[];
  readonly runs: number;
  /** How long each run measures. */
  readonly seconds: number;
  /** Ends the bench, and every process of it. */
  readonly signal: AbortSignal;
  onProgress(line: string): void;
}

/** Rejects when a path cannot be measured, or `signal` says to stop; no process is left either way. */
export async function benchPath(options: PathBenchOptions): Promise<PathReport> {
  const { hops, runs, onProgress } = options;
  const done: PathRun[] = [];
  // Round by round, so that what else the machine does in the meantime falls on all paths.
  for (let round = 1; round <= runs; round += 1) {
    for (const count of hops) {
      onProgress(`run ${round} of ${runs}: ${count} ${count === 1 ? 'node' : 'nodes'}`);
      done.push(await runOnce(count, options));
    }
  }
  return reportOf(done);
}

async function runOnce(hops: number, { seconds, signal }: PathBenchOptions): Promise<PathRun> {
  signal.throwIfAborted();
  const plan = pathPlans[hops - 1];
  if (plan === undefined) throw new RangeError(`no path of ${hops} nodes is known`);
  const nodes = await startNodes(plan, signal);
  try {
    const options = { url: nodes.url, warmUpSeconds: Math.min(WARM_UP_MAX_SECONDS, seconds), seconds };
    const result = await clientResult(options, signal);
    if ('error' in result) throw new Error(result.error);
    const expected = plan.nodes.map(({ name }) => name).join(' → ');
    const taken = result.route.join(' → ');
    if (hops > 1 && taken !== expected) throw new Error(`the stream took ${taken}, not ${expected}`);
    return { hops, path: result.path, direct: result.direct };
  } finally {
    await nodes.stop();
  }
}

async function clientResult(options: PathClientOptions, signal: AbortSignal): Promise<PathClientResult> {
  const child = fork(client, [JSON.stringify(options)], { stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
  const limitMs = (options.warmUpSeconds + options.seconds) * 1000 + CLIENT_SPARE_MS;
  const result = Promise.race([
    once(child, 'message').then(([message]) => message as PathClientResult),
    once(child, 'exit').then(([code]) => ({ error: `the clients ended with ${code}` })),
  ]);
  try {
    return await within('a run', limitMs, signal, result);
  } finally {
    await ended(child);
  }
}
