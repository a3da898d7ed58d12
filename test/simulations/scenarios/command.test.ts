import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { main } from '../../../gateway/cli/main.ts';
import { scenarios } from '../../../simulations/scenarios/all.ts';
import { fakeTerminal } from '../../gateway/cli/fake-terminal.ts';

async function simulate(...args: string[]) {
  const terminal = fakeTerminal();
  const code = await main(['simulate', ...args], terminal);
  return { code, printed: terminal.printed.join('\n'), told: terminal.told.join('\n') };
}

test('list explains every scenario', async t => {
  const { code, printed } = await simulate('list');
  t.is(code, 0);
  for (const { name, summary, explanation } of scenarios)
    for (const line of [`${name}: ${summary}`, ...explanation]) t.true(printed.includes(line), line);
});

test('a run as JSON: what every report has, and the scenario’s figures; the same seed brings the same digest', async t => {
  const args = ['uplink', '--minutes', '0.2', '--json', '--seed'];
  const { code, printed } = await simulate(...args, '3');
  t.is(code, 0);
  const report = JSON.parse(printed);
  t.like(report, { scenario: 'uplink', seed: 3, ok: true, violations: [] });
  t.regex(report.digest, /^[0-9a-f]{64}$/);
  t.true(report.virtualSeconds > 60 && report.interruptions === 0);
  t.true(report.rows.length > 4);
  t.is(JSON.parse((await simulate(...args, '3')).printed).digest, report.digest);
  t.not(JSON.parse((await simulate(...args, '4')).printed).digest, report.digest);
});

test('--report writes a page with what was run, its plots and its figures', async t => {
  const folder = await mkdtemp(join(tmpdir(), 'zrtc-report-'));
  t.teardown(() => rm(folder, { recursive: true }));
  const file = join(folder, 'out.html');
  const { code, printed } = await simulate('loss', '--minutes', '0.2', '--report', file, '--json');
  t.is(code, 0);
  const page = await readFile(file, 'utf8');
  const { digest } = JSON.parse(printed);
  const shown = ['zrtc simulate loss --seed 1 --minutes 0.2', digest, 'bytesRatio', '<svg'];
  for (const text of shown) t.true(page.includes(text), text);
});

test('what cannot be simulated is refused in a line', async t => {
  const cases: readonly (readonly [readonly string[], RegExp])[] = [
    [[], /what to simulate is missing: list, loss, uplink/],
    [['uplnk'], /simulate knows .*not 'uplnk'; did you mean uplink/],
    [['uplink', 'jitter'], /unexpected argument jitter/],
    [['uplink', '--minutes', '0'], /--minutes must be a number above 0/],
    [
      ['uplink', '--report', '/no/such/folder/out.html'],
      /--report: nothing can be written into \/no\/such\/folder/,
    ],
    [['uplink', '--seed', 'x'], /--seed must be a number from 1/],
  ];
  for (const [args, told] of cases) {
    const { code, told: line } = await simulate(...args);
    t.is(code, 2);
    t.regex(line, told);
  }
});
