/** What the threads of another process did with their time, to the microsecond (proc(5): /proc/pid/task/tid/schedstat). */
import { readdirSync, readFileSync } from 'node:fs';

export interface ThreadTimes {
  /** They had a processor, all together, ms. */
  readonly ranMs: number;
  /** They wanted one and had to wait for it, ms: somebody else had it. */
  readonly waitedMs: number;
}

/** Since they began; threads that have ended are not counted. Undefined where the system does not tell, or no such process. */
export function threadTimesOf(pid: number): ThreadTimes | undefined {
  try {
    let [ranNs, waitedNs] = [0, 0];
    for (const thread of readdirSync(`/proc/${pid}/task`)) {
      const [ran, waited] = readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'latin1').split(' ');
      ranNs += Number(ran);
      waitedNs += Number(waited);
    }
    return { ranMs: ranNs / 1e6, waitedMs: waitedNs / 1e6 };
  } catch {
    return undefined;
  }
}
