/** Processor time: of another process, and of the whole machine. */
import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';

/** The unit of the kernel's figures, on every Linux that Node runs on (USER_HZ; proc(5)). */
const TICK_MS = 10;
/** Fields after the command's name in parentheses, which may itself hold spaces: utime and stime (proc(5)). */
const USER_TIME = 11;
const SYSTEM_TIME = 12;

/** What it has used so far, all its threads together, in ms; undefined where there is no /proc, or no such process. */
export function cpuMsOf(pid: number): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[USER_TIME]) + Number(fields[SYSTEM_TIME])) * TICK_MS;
  } catch {
    return undefined;
  }
}

/** What all processes have used since the machine began, in ms. */
export function busyCpuMs(): number {
  return cpus().reduce((sum, { times }) => sum + times.user + times.nice + times.sys + times.irq, 0);
}

export function coreCount(): number {
  return cpus().length;
}

/** Cores that each of the processes uses; undefined of one of which the system does not tell. */
export type CpuShares<Name extends string> = Readonly<Record<Name, number | undefined>>;

/** Begins to measure; what it returns tells the shares from then to `nowMs`: of each process, and of the whole machine. */
export function startCpuMeter<Name extends string>(
  startMs: number,
  pids: Readonly<Record<Name, number>>,
): (nowMs: number) => CpuShares<Name> & { readonly machine: number } {
  const names = Object.keys(pids) as Name[];
  const before = new Map(names.map(name => [name, cpuMsOf(pids[name])]));
  const busyBeforeMs = busyCpuMs();
  return nowMs => {
    const spanMs = nowMs - startMs;
    const shares = names.map(name => {
      const [firstMs, lastMs] = [before.get(name), cpuMsOf(pids[name])];
      return [name, firstMs === undefined || lastMs === undefined ? undefined : (lastMs - firstMs) / spanMs];
    });
    return { ...Object.fromEntries(shares), machine: (busyCpuMs() - busyBeforeMs) / spanMs };
  };
}
