/** Imports point one way: transports ← actors ← gateway; simulations stand above them, and tests above all. */
import test from 'ava';
import { layers, type SourceFile, sourceFiles } from './source-files.ts';

type Layer = (typeof layers)[number];

const mayImport: Readonly<Record<Layer, readonly Layer[]>> = {
  transports: ['transports'],
  actors: ['actors', 'transports'],
  gateway: ['gateway', 'actors', 'transports'],
  simulations: ['simulations', 'gateway', 'actors', 'transports'],
};

/** Where everything is put together. */
const compositionRoots = ['gateway/cli/', 'gateway/zrtc.ts', 'gateway/node.ts'];

const files = sourceFiles(layers);

function offences(file: SourceFile): readonly string[] {
  if (compositionRoots.some(path => file.path.startsWith(path))) return [];
  const allowed: readonly string[] = mayImport[layerOf(file.path) as Layer];
  return file.imports
    .map(({ target }) => target)
    .filter(target => target.includes('/') && ['test', ...layers].includes(layerOf(target)))
    .filter(target => !allowed.includes(layerOf(target)))
    .map(target => `${file.path} imports ${target}; it may import from ${allowed.join(', ')} only`);
}

function layerOf(path: string): string {
  return path.split('/', 1)[0]!;
}

test('imports point one way', t => {
  t.true(files.flatMap(({ imports }) => imports).length > 50, 'too few imports were found to be true');
  t.deepEqual(files.flatMap(offences), []);
});

test('nothing but tests imports tests', t => {
  const guilty = files.filter(({ imports }) => imports.some(({ target }) => target.startsWith('test/')));
  t.deepEqual(
    guilty.map(({ path }) => path),
    [],
  );
});

test('one file imports nact: the actor system', t => {
  const importers = files.filter(({ imports }) => imports.some(({ target }) => target === 'nact'));
  t.is(
    importers.length,
    1,
    `actors are started through the actor system; these import nact: ${paths(importers)}`,
  );
});

test('one file builds the Koa app', t => {
  const builders = files.filter(({ code }) => /\bnew Koa\(/.test(code));
  t.is(builders.length, 1, `routes are added where the app is built; these build one: ${paths(builders)}`);
});

function paths(found: readonly SourceFile[]): string {
  return found.map(({ path }) => path).join(', ') || 'none';
}
