/** Memory of another process. */
import { readFileSync } from 'node:fs';

/** What of it is in memory at the moment, in MB (2^20 bytes); undefined where there is no /proc, or no such process (proc(5)). */
export function rssMbOf(pid: number): number | undefined {
  try {
    const [, kb] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1')) ?? [];
    return kb === undefined ? undefined : Number(kb) / 1024;
  } catch {
    return undefined;
  }
}
