import { mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { main } from '../../../gateway/cli/main.ts';
import { parseClusterKeys } from '../../../transports/zeromq/keys.ts';
import { type FakeTerminal, fakeTerminal } from './fake-terminal.ts';

function inFolder(): { readonly folder: string; readonly terminal: FakeTerminal } {
  const folder = mkdtempSync(join(tmpdir(), 'zrtc-keys-'));
  return { folder, terminal: fakeTerminal({ directory: folder }) };
}

test('writes keys that can be read, for their owner only, and says what to do with them', async t => {
  const { folder, terminal } = inFolder();
  t.teardown(() => rmSync(folder, { recursive: true }));
  t.is(await main(['keys'], terminal), 0);
  const path = join(folder, 'cluster.key');
  t.true('keys' in parseClusterKeys(readFileSync(path, 'utf8')));
  t.is(statSync(path).mode & 0o777, 0o600);
  t.regex(terminal.told[0]!, /^zrtc: the cluster's keys are in cluster\.key\nCopy the file to each node/);
  t.deepEqual(terminal.printed, []);
});

test('a file that is there is kept, unless it is forced away with its mode', async t => {
  const { folder, terminal } = inFolder();
  t.teardown(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'k');
  writeFileSync(path, 'precious', { mode: 0o644 });
  t.is(await main(['keys', '--out', 'k'], terminal), 1);
  t.is(readFileSync(path, 'utf8'), 'precious');
  t.deepEqual(terminal.told, [
    'zrtc: k is there already, and nodes may be using it; --force replaces it, --out writes elsewhere',
  ]);
  t.is(await main(['keys', '--out', 'k', '--force'], terminal), 0);
  t.true('keys' in parseClusterKeys(readFileSync(path, 'utf8')));
  t.is(statSync(path).mode & 0o777, 0o600);
});

test('what a link leads to is never written over', async t => {
  const { folder, terminal } = inFolder();
  t.teardown(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, 'elsewhere'), 'precious');
  symlinkSync('elsewhere', join(folder, 'cluster.key'));
  t.is(await main(['keys'], terminal), 1);
  t.is(await main(['keys', '--force'], terminal), 0);
  t.is(readFileSync(join(folder, 'elsewhere'), 'utf8'), 'precious');
});

test('where nothing can be written one line says so', async t => {
  const { folder, terminal } = inFolder();
  t.teardown(() => rmSync(folder, { recursive: true }));
  t.is(await main(['keys', '--out', 'no/such/folder'], terminal), 1);
  t.is(terminal.told.length, 1);
  t.regex(terminal.told[0]!, /^zrtc: cannot write no\/such\/folder: ENOENT[^\n]*$/);
});
