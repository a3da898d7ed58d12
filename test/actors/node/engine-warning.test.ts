import test from 'ava';
import { startShards } from './real-shards.ts';

/** Where a thread looks for the addon; each takes it from the process as it starts. */
function lookIn(folder: string | undefined): void {
  if (folder === undefined) delete process.env.NATIVE_BUILD;
  else process.env.NATIVE_BUILD = folder;
}

const ofTheEngine = (warnings: readonly string[]) => warnings.filter(text => text.includes('engine'));

test('a shard that has no native engine serves with the portable one, and says so with the reason', async t => {
  const built = process.env.NATIVE_BUILD;
  t.teardown(() => lookIn(built));
  lookIn('nowhere');
  const without = await startShards(t, 1);
  const [warning, ...more] = ofTheEngine(without.warnings);
  t.regex(warning ?? '', /^the portable engine carries media, .*zrtc_native\.node/);
  t.deepEqual(more, []);
  t.truthy(await without.report(0));

  lookIn(built);
  const withIt = await startShards(t, 1);
  t.deepEqual(ofTheEngine(withIt.warnings), []);
  t.truthy(await withIt.report(0));
});
