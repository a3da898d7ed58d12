/** Every file is used: what no entry point leads to is taken out, or put to use. */
import test from 'ava';
import { sourceFiles } from './source-files.ts';

/** What is started rather than imported. The browser starts the pages' scripts, which have tests of their own. */
const entryPoints = ['gateway/zrtc.ts'];
const pageScripts = 'gateway/web/public/';

const files = sourceFiles(['transports', 'actors', 'gateway', 'simulations']);
const importsOf = new Map(files.map(({ path, imports }) => [path, imports.map(({ target }) => target)]));

/** All that is imported from `starts`, directly or not, and they themselves. */
function reachedFrom(starts: readonly string[]): ReadonlySet<string> {
  const reached = new Set(starts);
  // A set goes on with what is added to it on the way.
  for (const path of reached) for (const target of importsOf.get(path) ?? []) reached.add(target);
  return reached;
}

test('every file is reached by imports from an entry point or a simulation', t => {
  const simulations = files.map(({ path }) => path).filter(path => path.startsWith('simulations/'));
  const reached = reachedFrom([...entryPoints, ...simulations]);
  const dead = files
    .map(({ path }) => path)
    .filter(path => !path.startsWith(pageScripts) && !path.endsWith('.d.ts') && !reached.has(path));
  t.deepEqual(dead, [], 'use it, or delete it with its tests');
});

test('the entry points are there', t => {
  for (const path of entryPoints) t.true(importsOf.has(path), path);
});
