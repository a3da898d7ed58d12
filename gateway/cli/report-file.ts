/** `--report FILE`: a run's page of HTML, besides what is told of it. */
import { access, constants } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { type Flag, type FlagValues, UsageError } from './arguments.ts';
import type { Terminal } from './terminal.ts';

export const reportFlag: Flag = {
  name: 'report',
  placeholder: 'FILE',
  description: 'writes a page of HTML besides, with plots, that needs nothing else',
};

/** Where the report goes, if one is wanted. Throws UsageError before the run, which may take hours, and not after it. */
export async function pageOf({ report }: FlagValues, { directory }: Terminal): Promise<string | undefined> {
  if (report === undefined) return undefined;
  const path = resolve(directory, report);
  try {
    await access(dirname(path), constants.W_OK);
    return path;
  } catch {
    throw new UsageError(`--report: nothing can be written into ${dirname(path)}`);
  }
}
