import test from 'ava';
import { commands, main } from '../../../gateway/cli/main.ts';
import { fakeTerminal } from './fake-terminal.ts';

const there = commands.map(({ name }) => name).join(', ');

const misused: readonly (readonly [args: string, line: string])[] = [
  ['sttaus', 'zrtc: unknown command sttaus; did you mean status?'],
  ['frobnicate', `zrtc: unknown command frobnicate (there are ${there}, help, version)`],
  ['help frobnicate', `zrtc: unknown command frobnicate (there are ${there}, help, version)`],
  ['help up token', 'zrtc: unexpected argument token'],
  ['up now', 'zrtc: unexpected argument now'],
  ['version of what', 'zrtc: unexpected argument of'],
  ['up --http.prot 80', 'zrtc: unknown flag --http.prot; did you mean --http.port?'],
  ['up --http.port', 'zrtc: --http.port needs a value'],
  ['up --host --tls', 'zrtc: --host needs a value; write --host=VALUE for one that begins with -'],
  ['status --json=yes', 'zrtc: --json takes no value'],
  ['status -v', 'zrtc: unknown flag -v'],
  ['status --url ftp://host', "zrtc: --url must be a URL such as http://127.0.0.1:8080, not 'ftp://host'"],
  ['token', 'zrtc: --stream is missing; see zrtc token --help'],
  ['token --stream a', 'zrtc: --can is missing; see zrtc token --help'],
  ['token --stream a --can fly', "zrtc: --can knows publish, view, observe, admin, not 'fly'"],
  ['replay-kcp', 'zrtc: no FILE to replay; see zrtc replay-kcp --help'],
  ['replay-kcp --jsno a.jsonl', 'zrtc: unknown flag --jsno; did you mean --json?'],
  ['token --stream a --can view --ttl 5', "zrtc: --ttl must be a time such as 90s, 30m, 2h or 7d, not '5'"],
];

for (const [args, line] of misused) {
  test(`zrtc ${args}: one line, exit code 2`, async t => {
    const terminal = fakeTerminal();
    t.is(await main(args.split(' '), terminal), 2);
    t.deepEqual(terminal.told, [line]);
    t.deepEqual(terminal.printed, []);
  });
}

test('without a command: the help, on standard error, exit code 2', async t => {
  const terminal = fakeTerminal();
  t.is(await main([], terminal), 2);
  t.true(terminal.told[0]?.startsWith('Usage: zrtc COMMAND'));
});

test('a wrong configuration: one line that names the key, exit code 1', async t => {
  const terminal = fakeTerminal();
  t.is(await main(['up', '--port', 'x'], terminal), 1);
  t.is(terminal.told.length, 1);
  t.regex(terminal.told[0]!, /^zrtc: http\.port must be .* \('x' from --port\)$/);
});

test('a wrong value is said to be from the flag as it was typed', async t => {
  for (const [command, flag] of [
    ['token --stream a --can view', '--secret'],
    ['up', '--auth.secret'],
  ] as const) {
    const terminal = fakeTerminal();
    t.is(await main([...command.split(' '), flag, 'short'], terminal), 1);
    t.deepEqual(terminal.told, [`zrtc: auth.secret must have at least 32 bytes (from ${flag})`]);
  }
});
