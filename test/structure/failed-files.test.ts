import test from 'ava';
import { failedFiles } from '../failed-files.ts';

test('files in which something failed are told from what ava prints, each once', t => {
  const output = [
    '  ✔ structure › ports › passed',
    '  ✘ [fail]: structure › failed-files › a title › with more in it',
    '  ✘ [fail]: structure › failed-files › another of the same file',
    '  ✘ test/structure/ports.test.ts exited due to SIGABRT',
    '  Uncaught exception in test/structure/import-rule.test.ts',
    '  ✘ [fail]: no › such › file',
  ];
  t.deepEqual(failedFiles(output.join('\n')), [
    'test/structure/failed-files.test.ts',
    'test/structure/ports.test.ts',
    'test/structure/import-rule.test.ts',
  ]);
});

test('where nothing failed there are none', t => {
  t.deepEqual(failedFiles('  ✔ structure › ports › passed\n\n  12 tests passed\n'), []);
});
