import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import test from 'ava';

const program = fileURLToPath(new URL('../../../gateway/zrtc.ts', import.meta.url));

/** Runs the real command line in a folder of its own with this `zrtc.yaml`. */
async function run(yaml: string, ...args: string[]) {
  const cwd = mkdtempSync(join(tmpdir(), 'zrtc-cli-'));
  writeFileSync(join(cwd, 'zrtc.yaml'), yaml);
  const env = { PATH: process.env.PATH };
  try {
    return await new Promise<{ code: unknown; out: string; told: string }>(resolve => {
      execFile(process.execPath, [program, ...args], { cwd, env, timeout: 30_000 }, (error, out, told) =>
        resolve({ code: error === null ? 0 : error.code, out, told }),
      );
    });
  } finally {
    rmSync(cwd, { recursive: true });
  }
}

test('as a process: what was asked for on standard output, exit code 0', async t => {
  const { code, out, told } = await run(
    'auth: {secret: a secret of thirty-two bytes or more}',
    'token',
    '--stream',
    'a',
    '--can',
    'view',
  );
  t.deepEqual([code, told], [0, '']);
  t.regex(out, /^[\w-]+\.[\w-]+\.[\w-]+\n$/);
});

test('as a process: a wrong key in zrtc.yaml stops the start with one line, exit code 1', async t => {
  const { code, out, told } = await run('http: {prot: 80}', 'up');
  t.deepEqual([code, out], [1, '']);
  t.is(told, 'zrtc: unknown key http.prot in zrtc.yaml; did you mean http.port?\n');
});

test('as a process: a wrong call is told on standard error, exit code 2', async t => {
  const { code, told } = await run('', 'upp');
  t.deepEqual([code, told], [2, 'zrtc: unknown command upp; did you mean up?\n']);
});
