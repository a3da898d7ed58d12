/** A working directory of one test's own, and what loadConfig makes of what is in it. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import { ConfigError } from '../../../actors/config/config-error.ts';
import { type ConfigSources, loadConfig } from '../../../actors/config/load.ts';

/** Long enough for HS256. */
export const SECRET = 'a secret of thirty-two bytes, at least';

/** A folder with these files, by name; removed after the test. */
export function folder(t: ExecutionContext, files: Record<string, string> = {}): string {
  const directory = mkdtempSync(join(tmpdir(), 'zrtc-config-'));
  t.teardown(() => rmSync(directory, { recursive: true }));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, name), text);
  return directory;
}

/** Loads with sources that are empty but for those given. */
export function load(t: ExecutionContext, sources: Partial<ConfigSources>) {
  return loadConfig({ flags: {}, env: {}, directory: sources.directory ?? folder(t), ...sources });
}

/** The message of the ConfigError that loading ends with; fails the test unless there is one, of a single line. */
export function refusal(t: ExecutionContext, sources: Partial<ConfigSources>): string {
  const error = t.throws(() => load(t, sources), { instanceOf: ConfigError });
  t.false(error.message.includes('\n'));
  return error.message;
}

/** The same for the text of a `zrtc.yaml`. */
export function refusalOfFile(t: ExecutionContext, text: string): string {
  return refusal(t, { directory: folder(t, { 'zrtc.yaml': text }) });
}
