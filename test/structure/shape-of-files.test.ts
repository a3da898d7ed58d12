/** How a file looks: short, with named exports, without what the house does not use. */
import test from 'ava';
import { findings, layers, sourceFiles } from './source-files.ts';

/** A file that grows past this does more than one thing: give each a file of its own. */
const MOST_LINES = 500;

const files = sourceFiles([...layers, 'test']);

test(`no file is longer than ${MOST_LINES} lines`, t => {
  const long = files.filter(({ lineCount }) => lineCount > MOST_LINES);
  t.deepEqual(
    long.map(({ path, lineCount }) => `${path}: ${lineCount} lines`),
    [],
    'split it by what it does',
  );
  const counts = files.map(({ lineCount }) => lineCount).sort((a, b) => a - b);
  t.log(`${files.length} files, median ${counts[counts.length >> 1]} lines, longest ${counts.at(-1)}`);
});

interface Ban {
  readonly what: string;
  readonly pattern: RegExp;
  readonly instead: string;
}

const bans: readonly Ban[] = [
  { what: 'default exports', pattern: /^export default\b|\bas default\b/, instead: 'export it by its name' },
  { what: 'console', pattern: /\bconsole\./, instead: 'write to the log, or in gateway/cli to the Terminal' },
  {
    what: 'enum',
    pattern: /^\s*(export |declare |const )*enum \w/,
    instead: 'use a union of string literals',
  },
  { what: 'barrel exports', pattern: /^export (type )?\*/, instead: 'import from the file that has it' },
];

for (const { what, pattern, instead } of bans) {
  test(`no ${what}`, t => {
    t.deepEqual(
      files.flatMap(file => findings(file, pattern)),
      [],
      instead,
    );
  });
}

test('no file is named for holding many things', t => {
  const vague = /(^|[/-])(utils?|helpers?|managers?|misc|common)\.[jt]s$|\/index\.ts$/;
  const offences = files.map(({ path }) => path).filter(path => vague.test(path));
  t.deepEqual(offences, [], 'name it after the one thing it does');
});

test('no test is left out', t => {
  const offences = files
    .filter(({ path }) => path.startsWith('test/'))
    .flatMap(file => findings(file, /\btest(\.serial)?\.(skip|only|todo|failing)\b/));
  t.deepEqual(offences, [], 'a test runs, or is not there');
});
