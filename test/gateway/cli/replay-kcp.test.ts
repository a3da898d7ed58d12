import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import test from 'ava';
import { main } from '../../../gateway/cli/main.ts';
import { keptTraces, textOf } from '../../transports/kcp/trace-files.ts';
import { fakeTerminal } from './fake-terminal.ts';

const directory = mkdtempSync(join(tmpdir(), 'zrtc-replay-kcp-'));
test.after.always(() => rmSync(directory, { recursive: true }));

const text = textOf(new URL('clean-default.jsonl.gz', keptTraces));
const calls = text.trimEnd().split('\n').length - 1;
const packed = gzipSync(text);
writeFileSync(join(directory, 'plain.jsonl'), text);
writeFileSync(join(directory, 'packed.jsonl.gz'), packed);
writeFileSync(join(directory, 'torn.jsonl.gz'), packed.subarray(0, packed.length / 2));
writeFileSync(join(directory, 'changed.jsonl'), text.replace('"out":["44332211510', '"out":["44332211511'));
writeFileSync(join(directory, 'malformed.jsonl'), text.replace('"op":"update"', '"op":"flush"'));

async function run(...args: string[]) {
  const terminal = fakeTerminal({ directory });
  const code = await main(['replay-kcp', ...args], terminal);
  return { code, printed: terminal.printed, told: terminal.told };
}

test('files that are equal: a line each, gzipped or plain, exit code 0', async t => {
  t.deepEqual(await run('plain.jsonl', join(directory, 'packed.jsonl.gz')), {
    code: 0,
    printed: [
      `plain.jsonl: equal (${calls} calls)`,
      `${join(directory, 'packed.jsonl.gz')}: equal (${calls} calls)`,
    ],
    told: [],
  });
});

test('a file that differs: the first such call in readable form, exit code 1', async t => {
  const { code, printed, told } = await run('changed.jsonl', 'plain.jsonl');
  t.is(code, 1);
  t.deepEqual(told, []);
  const line = text.split('\n').findIndex(one => one.includes('"out"')) + 1;
  const [first, expected, actual, ...rest] = printed.join('\n').split('\n');
  t.is(
    first,
    `changed.jsonl: differs at line ${line}: update at end 0, t 0: datagram 1 of 1`.replace(
      't 0',
      timeOf(line),
    ),
  );
  t.regex(expected!, /^ {2}expected {2}push 0, \d+ bytes \(16 fragments follow\), ts \d+, una 0, window 128/);
  t.regex(actual!, /^ {2}actual {4}push 0, \d+ bytes, ts \d+, una 0, window 128/);
  t.deepEqual(rest, [`plain.jsonl: equal (${calls} calls)`]);
});

function timeOf(line: number): string {
  return `t ${(JSON.parse(text.split('\n')[line - 1]!) as { t: number }).t}`;
}

for (const [file, reason] of [
  ['missing.jsonl', 'no such file'],
  ['.', 'a directory, not a file'],
  ['torn.jsonl.gz', 'damaged gzip data'],
  ['malformed.jsonl', 'line 3: op: is not send, input, update, recv or state'],
] as const) {
  test(`${file}: one line that says '${reason}', exit code 1; other files are replayed all the same`, async t => {
    t.deepEqual(await run(file, 'plain.jsonl'), {
      code: 1,
      printed: [`plain.jsonl: equal (${calls} calls)`],
      told: [`zrtc: ${file}: ${reason}`],
    });
  });
}

test('--json writes an array with an object for each file', async t => {
  const { code, printed } = await run('--json', 'plain.jsonl', 'changed.jsonl', 'missing.jsonl');
  t.is(code, 1);
  const [plain, changed, missing, ...rest] = JSON.parse(printed.join('\n'));
  t.deepEqual(plain, { file: 'plain.jsonl', result: 'equal', calls });
  t.like(changed, {
    file: 'changed.jsonl',
    result: 'different',
    op: 'update',
    end: 0,
    what: 'datagram 1 of 1',
  });
  t.is(changed.line, changed.calls + 2);
  t.deepEqual(missing, { file: 'missing.jsonl', result: 'unreadable', reason: 'no such file' });
  t.deepEqual(rest, []);
});
