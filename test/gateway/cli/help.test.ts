import { readFileSync } from 'node:fs';
import test from 'ava';
import { configKeys } from '../../../actors/config/schema.ts';
import { PERMISSIONS } from '../../../gateway/auth/caller.ts';
import { commands, main } from '../../../gateway/cli/main.ts';
import { fakeTerminal } from './fake-terminal.ts';

async function printedBy(...args: string[]): Promise<string> {
  const terminal = fakeTerminal();
  const code = await main(args, terminal);
  if (code !== 0 || terminal.told.length > 0) throw new Error(`exit ${code}: ${terminal.told.join('\n')}`);
  return terminal.printed.join('\n');
}

test('help lists every command with what it is for', async t => {
  const text = await printedBy('help');
  for (const { name, summary } of commands) t.true(text.includes(`  ${name} `) && text.includes(summary));
  t.is(await printedBy('--help'), text);
  t.is(await printedBy('-h'), text);
});

for (const { name, flags, examples } of await Promise.all(commands.map(command => command.load()))) {
  test(`zrtc ${name} --help shows usage, every flag and examples`, async t => {
    const text = await printedBy(name, '--help');
    t.true(text.startsWith(`Usage: zrtc ${name} `));
    for (const flag of flags)
      t.regex(text, new RegExp(`^  --${flag.name} .*${flag.description.slice(0, 10)}`, 'm'));
    for (const example of examples) t.true(`${text}\n`.includes(`\n  ${example}\n`));
    t.is(await printedBy(name, '-h'), text);
    t.is(await printedBy('help', name), text);
  });
}

test('zrtc up --help explains every key of the configuration: name, purpose, variable, default', async t => {
  const text = await printedBy('up', '--help');
  for (const { name, description, variable, initial } of configKeys) {
    const lines = [
      name,
      `    ${description}`,
      `    ${variable}${initial === undefined ? '' : `, default ${initial}`}`,
    ];
    t.true(text.includes(lines.map(line => `\n  ${line}`).join('')), name);
    t.true(description.length > 10);
  }
});

test('help is asked for before anything else is looked at', async t => {
  t.true((await printedBy('up', '--http.port', 'nonsense', '--help')).startsWith('Usage: zrtc up'));
});

test('the version is that of package.json', async t => {
  const { version } = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8'));
  t.is(await printedBy('--version'), `zrtc ${version}`);
  t.is(await printedBy('version'), `zrtc ${version}`);
});

test('zrtc token --help says what each permission permits', async t => {
  const text = await printedBy('token', '--help');
  for (const permission of PERMISSIONS) t.regex(text, new RegExp(`^  ${permission} +[a-z]`, 'm'));
});
