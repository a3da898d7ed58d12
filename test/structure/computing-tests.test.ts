/** Tests that only compute get what time the others leave, which may be none for a while; so none of them has a real clock. */
import { globSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { computing } from '../computing.ts';
import { findings, sourceFiles } from './source-files.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const names = new Set(globSync([...computing], { cwd: root }));
const files = sourceFiles(['test']).filter(({ path }) => names.has(path));

test('what only computes has no clock, no timers and no time limits of its own', t => {
  t.true(files.length > 100, 'too few files were found to be true');
  const clock = /\b(?:systemClock|setTimeout|setInterval|performance\.now|Date\.now|eventually)\b/;
  t.deepEqual(
    files.flatMap(file => findings(file, clock)),
    [],
  );
});

test('nor has it sockets, threads, processes or browsers', t => {
  const outside = /^node:(?:child_process|worker_threads|net|dgram)$|\.socket\.ts$|^test\/support\//;
  const guilty = files.filter(({ imports }) => imports.some(({ target }) => outside.test(target)));
  t.deepEqual(
    guilty.map(({ path }) => path),
    [],
  );
});
