/** A node's start loads nothing of the simulations: it is paid for at every start and kept in memory. */
import test from 'ava';
import { sourceFiles } from './source-files.ts';

/** What each file loads together with itself. */
const loadedWith = new Map(
  sourceFiles(['transports', 'actors', 'gateway', 'simulations']).map(({ path, imports }) => [
    path,
    imports.filter(({ loaded }) => loaded === 'at start').map(({ target }) => target),
  ]),
);

/** From `start` to each file that is loaded with it: the file before it on the way. */
function loadedFrom(start: string): ReadonlyMap<string, string> {
  const cameBy = new Map([[start, start]]);
  // A map goes on with what is added to it on the way.
  for (const path of cameBy.keys())
    for (const target of loadedWith.get(path) ?? []) if (!cameBy.has(target)) cameBy.set(target, path);
  return cameBy;
}

for (const start of ['gateway/zrtc.ts', 'gateway/cli/main.ts', 'gateway/node.ts', 'actors/shard/worker.ts']) {
  test(`${start} loads no simulation`, t => {
    const loaded = loadedFrom(start);
    t.true(loaded.size > 10, 'too few files were found to be true');
    t.deepEqual(
      [...loaded]
        .filter(([path, by]) => path.startsWith('simulations/') && !by.startsWith('simulations/'))
        .map(([path, by]) => `${by} imports ${path}`),
      [],
      'import it where it is run: await import(...)',
    );
  });
}

test('what loads the simulations is found: zrtc simulate', t => {
  t.true([...loadedFrom('gateway/cli/simulate.ts').keys()].some(path => path.startsWith('simulations/')));
});
