/** Processes of a bench that have a CPU to themselves, as far as the bench is concerned (taskset(1)). */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';

export interface Cpus {
  /** What is measured runs here. */
  readonly server: number;
  /** All else does. */
  readonly load: readonly number[];
}

/** Rejects with a line for people where a process cannot be bound, or there is only one CPU to bind to. */
export async function divideCpus(): Promise<Cpus> {
  const taskset = spawn('taskset', ['-V'], { stdio: 'ignore' });
  await once(taskset, 'exit').catch(() => {
    throw new Error('this bench needs taskset (of util-linux) to bind the server to a CPU');
  });
  const [server, ...load] = allowedCpus(readFileSync('/proc/self/status', 'latin1'));
  if (server === undefined || load.length === 0)
    throw new Error('this bench needs two CPUs: one for the server, and one for those who load it');
  return { server, load };
}

/** Of a status file's text (proc(5)): the CPUs that the process may run on. */
export function allowedCpus(status: string): readonly number[] {
  const [, list] = /^Cpus_allowed_list:\s*(\S+)$/m.exec(status) ?? [];
  return (list?.split(',') ?? []).flatMap(range => {
    const [first, last = first] = range.split('-').map(Number);
    if (first === undefined || last === undefined || !Number.isInteger(first)) return [];
    return Array.from({ length: last - first + 1 }, (_, i) => first + i);
  });
}

/** What to start in place of `command`, so that it runs on these CPUs; the process is the command's. */
export function boundTo(cpus: readonly number[], command: string): readonly [command: string, ...string[]] {
  return ['taskset', '-c', cpus.join(','), command];
}
