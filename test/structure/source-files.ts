/** The project's own source files, with what the tests about the code as text look at. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { codeOf } from './code-text.ts';

export interface SourceFile {
  /** From the project's root: `transports/clock.ts`. */
  readonly path: string;
  readonly lineCount: number;
  /** Without comments and without what strings hold, on the lines where it stood. */
  readonly code: string;
  readonly imports: readonly Import[];
}

export interface Import {
  /** The path from the project's root of one of our files, or the package's name as it is written. */
  readonly target: string;
  /** What is imported by name and exists at run time; empty for `import type`. */
  readonly names: readonly string[];
  readonly isTypeOnly: boolean;
  /** Loaded with the file, which names of types alone do not prevent; or by a call of `import()`, or as a thread. */
  readonly loaded: 'at start' | 'later' | 'never';
}

const root = fileURLToPath(new URL('../../', import.meta.url));

/** The folders that bytes come in by and answers go out of; tests are no part of them. */
export const layers = ['transports', 'actors', 'gateway', 'simulations'] as const;

const statement = /^(?:import|export)\s+(?<type>type\s+)?(?<what>[^'"=;]*?)\s*from\s*'(?<target>[^']+)'/gm;
const bare = /^import\s+'(?<target>[^']+)'/gm;
const dynamic = /\bimport\('(?<target>[^']+)'\)/g;
/** How a worker thread's file is named. */
const workerFile = /\bnew URL\('(?<target>\.[^']+\.ts)', import\.meta\.url\)/g;
const laterPatterns: ReadonlySet<RegExp> = new Set([dynamic, workerFile]);

/** All of them below `folders`: TypeScript, and the pages' JavaScript. */
export function sourceFiles(folders: readonly string[]): readonly SourceFile[] {
  return folders.flatMap(folder =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter(name => /\.[jt]s$/.test(name))
      .sort()
      .map(name => sourceFile(posix.join(folder, name))),
  );
}

/** Where `pattern` is in the code: `path:line: text`. */
export function findings({ path, code }: SourceFile, pattern: RegExp): readonly string[] {
  return code
    .split('\n')
    .flatMap((line, index) => (pattern.test(line) ? [`${path}:${index + 1}: ${line.trim()}`] : []));
}

function sourceFile(path: string): SourceFile {
  const text = readFileSync(join(root, path), 'utf8');
  return {
    path,
    lineCount: text.split('\n').length - 1,
    code: codeOf(text, 'blanked'),
    imports: importsIn(codeOf(text, 'kept'), posix.dirname(path)),
  };
}

function importsIn(code: string, folder: string): readonly Import[] {
  const found = [statement, bare, dynamic, workerFile].flatMap(pattern =>
    [...code.matchAll(pattern)].map(({ groups }) => ({ pattern, groups })),
  );
  return found.map(({ pattern, groups }) => {
    const target = groups!.target!;
    const names = groups!.type === undefined ? valueNames(groups!.what ?? '') : [];
    return {
      target: target.startsWith('.') ? posix.join(folder, target) : target,
      names,
      isTypeOnly: groups!.type !== undefined || (/\{/.test(groups!.what ?? '') && names.length === 0),
      loaded: groups!.type !== undefined ? 'never' : laterPatterns.has(pattern) ? 'later' : 'at start',
    };
  });
}

/** The names that exist at run time, as they are called where they come from. */
function valueNames(what: string): readonly string[] {
  return what
    .split(/[{},]/)
    .map(part => part.trim())
    .filter(part => part !== '' && !part.startsWith('type '))
    .map(part => part.split(/\s+as\s+/)[0]!);
}
