/** A bench's nodes and the programs that bear on them, each a process of its own. */
import { type ChildProcess, fork } from 'node:child_process';
import { ended, within } from './child.ts';
import { eventOf } from './child-events.ts';
import { type NodeProcesses, startNodes } from './node-processes.ts';
import type { PathPlan } from './path-plans.ts';
import { boundTo, type Cpus } from './pinned.ts';

/** Starts a program, whose first word from the bench (`nextWord`) is the argument. */
export type StartProgram<Argument> = (program: URL, argument: Argument) => ChildProcess;

export interface BesideNodesOptions {
  readonly plan: PathPlan;
  /** Configuration keys of the nodes, and their values. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Where nodes and programs run; anywhere where it is not said. */
  readonly cpus?: Cpus;
  /** Ends the nodes while they start; the work itself minds it from then on. */
  readonly signal: AbortSignal;
}

/** Starts it on these CPUs, or anywhere; its owner ends it. */
export function startProgram(program: URL, argument: object, cpus?: readonly number[]): ChildProcess {
  const [execPath, ...execArgv] = boundTo(cpus ?? [], process.execPath);
  const child = fork(program, {
    ...(cpus !== undefined && { execPath, execArgv }),
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    // Delays are many numbers.
    serialization: 'advanced',
  });
  // Not as the process's argument, which may not be as long as thousands of pulls are.
  child.send(argument);
  return child;
}

/** What `work` resolves to, which is done once the nodes are up; no process is left, however it ends. */
export async function besideNodes<Argument extends object, Result>(
  { plan, settings, cpus, signal }: BesideNodesOptions,
  work: (nodes: NodeProcesses, start: StartProgram<Argument>) => Promise<Result>,
): Promise<Result> {
  signal.throwIfAborted();
  const nodes = await startNodes(plan, signal, settings, cpus === undefined ? [] : [cpus.server]);
  const children: ChildProcess[] = [];
  const start = (program: URL, argument: Argument) => {
    const child = startProgram(program, argument, cpus?.load);
    children.push(child);
    return child;
  };
  try {
    return await work(nodes, start);
  } finally {
    await Promise.all(children.map(ended));
    await nodes.stop();
  }
}

/** A step of a bench: what `work` resolves to, or a rejection as that of `within`. */
export type Step = <T>(what: string, limitMs: number, work: Promise<T>) => Promise<T>;

/** Steps that reject too when the process, which is to outlast them all, tells of an error or ends. */
export function stepsWhile(child: ChildProcess, who: string, signal: AbortSignal): Step {
  const broken = eventOf<{ kind: 'never' }, 'never'>(child, who, 'never');
  // It may break between two steps.
  broken.catch(() => undefined);
  return <T>(what: string, limitMs: number, work: Promise<T>) =>
    within(what, limitMs, signal, Promise.race([work, broken])) as Promise<T>;
}
