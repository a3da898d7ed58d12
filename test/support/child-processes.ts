/** What a test leaves behind. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';

/** The processes that this one has started and that are still there, zombies aside; none where the system does not tell. */
export function childProcesses(): readonly string[] {
  return (existsSync('/proc') ? readdirSync('/proc') : [])
    .filter(name => /^\d+$/.test(name))
    .flatMap(name => {
      try {
        const stat = readFileSync(`/proc/${name}/stat`, 'latin1');
        const [state, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
        return Number(parent) === process.pid && state !== 'Z' ? [name] : [];
      } catch {
        return [];
      }
    });
}
