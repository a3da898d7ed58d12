import { existsSync, readFileSync } from 'node:fs';

/** The test file of a line like `✘ [fail]: end-to-end › two-browsers › page to page`: titles begin with the path of their file. */
function fileOfTitle(title: string): string | undefined {
  const parts = title.split(' › ');
  for (let length = parts.length; length > 0; length--) {
    const file = `test/${parts.slice(0, length).join('/')}.test.ts`;
    if (existsSync(file)) return file;
  }
  return undefined;
}

/** The test files in which something failed, by what ava printed of a run; empty where it does not tell. */
export function failedFiles(output: string): string[] {
  const files = new Set<string>();
  for (const line of output.split('\n')) {
    const title = /✘ \[fail\]: (.*)/.exec(line)?.[1];
    const named = /(?:✘|in) (test\/\S+\.test\.ts)/.exec(line)?.[1];
    const file = title === undefined ? named : fileOfTitle(title);
    if (file !== undefined) files.add(file);
  }
  return [...files];
}

if (import.meta.main) {
  for (const path of process.argv.slice(2))
    process.stdout.write(`${failedFiles(readFileSync(path, 'utf8')).join('\n')}\n`);
}
