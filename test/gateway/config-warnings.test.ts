import test, { type ExecutionContext } from 'ava';
import { configWarnings } from '../../gateway/config-warnings.ts';
import { folder, load } from '../actors/config/sources.ts';

function warnings(t: ExecutionContext, flags: Record<string, string>, carriesMedia = true) {
  const directory = folder(t, { 'cluster.key': 'the keys' });
  return configWarnings(load(t, { flags, directory }), carriesMedia);
}

const clustered = { 'cluster.keysFile': 'cluster.key' };
const impaired = { 'relay.impairment': 'delay=30,loss=2' };

test('a node whose relay links are made worse on purpose says so, with how', t => {
  const [warning, ...more] = warnings(t, { ...clustered, ...impaired });
  t.regex(warning ?? '', /^relay\.impairment is delay=30,loss=2: .* on purpose/);
  t.deepEqual(more, []);
});

test('where there is nothing to warn of, or it has no effect, nothing is said', t => {
  t.deepEqual(warnings(t, clustered), []);
  t.deepEqual(warnings(t, impaired), [], 'a node that stands alone has no relay links');
  t.deepEqual(warnings(t, { ...clustered, ...impaired, 'media.encryption': 'off' }, false), []);
});

test('each thing to warn of is said', t => {
  const all = warnings(t, { ...clustered, ...impaired, 'media.encryption': 'off' });
  t.deepEqual(
    all.map(text => text.split(' ', 1)[0]),
    ['media.encryption', 'relay.impairment'],
  );
});
