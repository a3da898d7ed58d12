import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import test from 'ava';
import { main } from '../../../gateway/cli/main.ts';
import type { PathReport } from '../../../simulations/bench/path-report.ts';
import type { UplinkReport } from '../../../simulations/bench/uplink-report.ts';
import { eventually } from '../../support/node.ts';
import { fakeTerminal } from './fake-terminal.ts';

const program = new URL('../../../gateway/zrtc.ts', import.meta.url).pathname;
const folder = mkdtempSync(join(tmpdir(), 'zrtc-bench-test-'));
test.after.always(() => rmSync(folder, { recursive: true }));
const isKeysFile = (name: string | Buffer) => String(name).endsWith('cluster.key');
const options = { env: { ...process.env, TMPDIR: folder } };

test.serial('paths of one and of two real nodes, measured for a second', async t => {
  const args = [program, 'bench', 'path', '--json', '--hops', '1,2', '--runs', '1', '--seconds', '1'];
  const { stdout, stderr } = await promisify(execFile)(process.execPath, args, options);
  const { nodes, baseline } = JSON.parse(stdout) as PathReport;
  t.deepEqual(
    nodes.map(({ hops }) => hops),
    [1, 2],
  );
  for (const { packets, lost, rawP50Ms, rawP99Ms, p50Ms, baselineP50Ms } of nodes) {
    t.is(packets + lost, 60);
    t.true(packets > 50);
    t.true(rawP50Ms > 0 && rawP99Ms >= rawP50Ms);
    t.true(Math.abs(p50Ms - (rawP50Ms - baselineP50Ms)) < 0.01);
  }
  t.true(baseline.p50Ms > 0);
  t.is(stderr, 'run 1 of 1: 1 node\nrun 1 of 1: 2 nodes\n');
  t.deepEqual(readdirSync(folder), [], 'the keys are gone');
});

test.serial(
  'an uplink that loses a tenth, for a second: real clients publish, decode and look at packets',
  async t => {
    const { stdout, stderr } = await promisify(execFile)(
      process.execPath,
      [program, 'bench', 'uplink', '--json', '--loss', '10', '--burst', '1', '--runs', '1', '--seconds', '1'],
      options,
    );
    const { rows, onLessOff } = JSON.parse(stdout) as UplinkReport;
    t.deepEqual(
      rows.map(({ loss, burst, repairs, control }) => [loss, burst, repairs, control]),
      [
        [10, 1, 'on', 'on'],
        [10, 1, 'on', 'off'],
      ],
    );
    for (const { framesSent, lineLoss, corruptFrames, bitrateKbps } of rows) {
      t.true(framesSent > 0 && bitrateKbps > 0);
      t.true(lineLoss > 0);
      t.is(corruptFrames, 0);
    }
    t.is(onLessOff.length, 1);
    t.is(stderr, 'run 1 of 1: 10 % lost, control on and off\n');
    t.deepEqual(readdirSync(folder), []);
  },
);

test.serial('Ctrl-C ends it with one line, and leaves nothing behind', async t => {
  const child = spawn(process.execPath, [program, 'bench', 'path', '--hops', '2'], options);
  const said: string[] = [];
  createInterface({ input: child.stderr }).on('line', line => said.push(line));
  const closed = once(child, 'close');
  await eventually('keys', 10_000, () => readdirSync(folder, { recursive: true }).find(isKeysFile));
  child.kill('SIGINT');
  const [code] = await closed;
  t.is(code, 1);
  t.deepEqual(said, ['run 1 of 3: 2 nodes', 'zrtc: stopped before the end']);
  // Their folder goes once the last of the nodes has ended.
  t.deepEqual(readdirSync(folder), []);
});

for (const [args, line] of [
  [
    '',
    'zrtc: what to measure is missing: path, uplink, storm, reference, shards, fanout, join, relay, scheduler, drain; see zrtc bench --help',
  ],
  [
    'paht',
    "zrtc: bench knows path, uplink, storm, reference, shards, fanout, join, relay, scheduler, drain, not 'paht'; did you mean path?",
  ],
  ['path now', 'zrtc: unexpected argument now'],
  ['path --hops 1,5', "zrtc: --hops must be numbers from 1 to 4, not '5'"],
  ['path --runs 0', "zrtc: --runs must be a number from 1 to 20, not '0'"],
  ['path --seconds 1.5', "zrtc: --seconds must be a number from 1 to 60, not '1.5'"],
  ['path --loss 5', 'zrtc: bench path has no flag --loss'],
  ['uplink --hops 1', 'zrtc: bench uplink has no flag --hops'],
  ['uplink --loss 0,51', "zrtc: --loss must be numbers from 0 to 50, not '51'"],
  ['uplink --burst 0', "zrtc: --burst must be numbers from 1 to 50, not '0'"],
  ['uplink --control maybe', "zrtc: --control must be on or off, not 'maybe'"],
  ['uplink --repairs on,no', "zrtc: --repairs must be on, off or both, not 'no'"],
  ['uplink --seed x', "zrtc: --seed must be a number from 1 to 999999, not 'x'"],
  ['path --audio', 'zrtc: bench path has no flag --audio'],
  ['storm --hops 1', 'zrtc: bench storm has no flag --hops'],
  ['storm --joins 3001', "zrtc: --joins must be a number from 1 to 3000, not '3001'"],
  ['storm --seconds 0', "zrtc: --seconds must be a number from 1 to 30, not '0'"],
  ['reference --pulls 200,0', "zrtc: --pulls must be numbers from 1 to 10000, not '0'"],
  ['reference --streams 501', "zrtc: --streams must be a number from 1 to 500, not '501'"],
  ['reference --cores none', "zrtc: --cores must be a number from 1 to 64, not 'none'"],
  [
    'reference --audio --no-audio',
    'zrtc: --audio and --no-audio exclude each other; without them, both are measured',
  ],
  ['storm --no-audio', 'zrtc: bench storm has no flag --no-audio'],
  ['shards --pulls 5', 'zrtc: bench shards has no flag --pulls'],
  ['scheduler --runs 2', 'zrtc: bench scheduler has no flag --runs'],
  ['scheduler --edges 5 --sites 6', 'zrtc: --sites must not be more than --edges'],
  ['shards --viewers 0', "zrtc: --viewers must be a number from 1 to 10000, not '0'"],
] as const) {
  test(`zrtc bench ${args}: one line, exit code 2`, async t => {
    const terminal = fakeTerminal();
    t.is(await main(['bench', ...args.split(' ').filter(Boolean)], terminal), 2);
    t.deepEqual(terminal.told, [line]);
    t.deepEqual(terminal.printed, []);
  });
}
