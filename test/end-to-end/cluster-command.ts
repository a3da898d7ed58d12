/** `zrtc cluster` as a process, for tests: what it prints, and the processes that it started. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const program = new URL('../../gateway/zrtc.ts', import.meta.url).pathname;

export interface RunningCluster {
  readonly child: ChildProcess;
  readonly url: string;
  /** Its folder for temporary files, gone when the process of the tests ends. */
  readonly folder: string;
  /** All that it has told. */
  readonly lines: readonly string[];
  /** What its nodes have logged, after their names. */
  readonly log: readonly string[];
  readonly pids: ReadonlyMap<string, number>;
}

export function runCluster(...flags: string[]): Promise<RunningCluster> {
  const folder = mkdtempSync(join(tmpdir(), 'zrtc-test-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const child = spawn(process.execPath, [program, 'cluster', '--http.port=0', ...flags], {
    env: { ...process.env, TMPDIR: folder },
  });
  const lines: string[] = [];
  const log: string[] = [];
  createInterface({ input: child.stdout }).on('line', line => log.push(line));
  return new Promise((resolve, reject) => {
    child.once('exit', code => reject(new Error(`ended with ${code}: ${lines.join('\n')}`)));
    createInterface({ input: child.stderr }).on('line', line => {
      lines.push(line);
      if (!line.startsWith('Whoever of them dies')) return;
      const rows = lines
        .map(row => /^ {2}([a-z-]+) +[a-z]+ +[a-z]+ +(\d+) /.exec(row))
        .filter(row => row !== null);
      const url = /^pages: (\S+)\/$/m.exec(lines.join('\n'))![1]!;
      resolve({ child, folder, url, lines, log, pids: new Map(rows.map(row => [row[1]!, Number(row[2])])) });
    });
  });
}

/** Ends it in order. */
export async function ended({ child }: RunningCluster): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
  return new Promise(resolve => {
    child.removeAllListeners('exit').once('exit', resolve);
    child.kill('SIGINT');
  });
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
