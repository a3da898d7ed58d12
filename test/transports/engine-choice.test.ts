import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import test from 'ava';
import { chooseEngine } from '../../transports/engine.ts';
import { loadAddon } from '../../transports/native/addon.ts';
import { engines } from './engines.ts';

const module = fileURLToPath(new URL('../../transports/engine.ts', import.meta.url));

/** What is chosen where the addon has not been built: in a process that looks for it elsewhere. */
async function chosenWithoutAddon(wish: string): Promise<string> {
  const code = `import { chooseEngine } from '${module}';
    try {
      const { name, reason } = chooseEngine('${wish}');
      process.stdout.write(name + ': ' + reason);
    } catch (error) {
      process.stdout.write(error.message);
    }`;
  const env = { ...process.env, NATIVE_BUILD: 'nowhere' };
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', code], {
    env,
  });
  return stdout;
}

test('the native engine is chosen where it has been built, unless the other one is wished for', t => {
  t.is(chooseEngine('auto').name, 'native');
  t.is(chooseEngine('auto').reason, undefined);
  t.is(chooseEngine('native').name, 'native');
  t.is(chooseEngine('portable').name, 'portable');
  t.is(chooseEngine('portable').reason, undefined, 'it is no news to who has wished for it');
  t.deepEqual(
    engines.map(({ name }) => name),
    ['portable', 'native'],
  );
});

test('only the native engine says that it sends whole what must not be fragmented', t => {
  t.false(chooseEngine('portable').sendsWhole);
  t.true(chooseEngine('native').sendsWhole);
});

test('an addon that has not been built is a reason in one line', t => {
  const reason = loadAddon('nowhere');
  t.true(typeof reason === 'string' && !reason.includes('\n') && reason.includes('zrtc_native.node'));
});

test('where it has not been built, the portable engine is chosen with the reason, and the native one cannot be', async t => {
  t.regex(await chosenWithoutAddon('auto'), /^portable: .*zrtc_native\.node/);
  t.is(await chosenWithoutAddon('portable'), 'portable: undefined');
  t.regex(
    await chosenWithoutAddon('native'),
    /^the native engine cannot be had: .*\(npm run native:build\)$/,
  );
});
