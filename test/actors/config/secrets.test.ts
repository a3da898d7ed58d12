import test from 'ava';
import { redactConfig } from '../../../actors/config/load.ts';
import { isLoopback } from '../../../actors/config/schema.ts';
import { folder, load, refusal, SECRET } from './sources.ts';

test('the secret comes from a key or from a file, whose last line break is not part of it', t => {
  t.is(load(t, { env: { ZRTC_AUTH_SECRET: SECRET } }).auth.secret, SECRET);
  const directory = folder(t, { 'secret.txt': `${SECRET}\n` });
  t.is(load(t, { directory, flags: { 'auth.secretFile': 'secret.txt' } }).auth.secret, SECRET);
});

test('both at once are refused', t => {
  const directory = folder(t, { 'secret.txt': SECRET });
  const message = refusal(t, {
    directory,
    flags: { 'auth.secret': SECRET, 'auth.secretFile': 'secret.txt' },
  });
  t.regex(message, /^auth\.secretFile cannot be set together with auth\.secret/);
});

test('a short secret is refused and not shown, wherever it comes from', t => {
  const short = 'only 31 bytes, which is too few';
  t.is(Buffer.byteLength(short), 31);
  const directory = folder(t, { 'secret.txt': short });
  const messages = [
    refusal(t, { env: { ZRTC_AUTH_SECRET: short } }),
    refusal(t, { directory, flags: { 'auth.secretFile': 'secret.txt' } }),
  ];
  for (const message of messages) {
    t.regex(message, /^auth\.secret.* must have at least 32 bytes/);
    t.false(message.includes(short));
  }
});

test('bytes are counted, not letters', t => {
  t.is(load(t, { flags: { 'auth.secret': '密'.repeat(11) } }).auth.secret, '密'.repeat(11));
});

test('what is printed has no secret in it', t => {
  const shown = redactConfig(load(t, { flags: { 'auth.secret': SECRET, 'node.name': 'edge-7' } }));
  t.false(JSON.stringify(shown).includes(SECRET));
  t.is(shown.node.name, 'edge-7');
});

for (const host of ['0.0.0.0', '::', '192.0.2.7', 'live.school.example', '127.1', '::ffff:127.0.0.1']) {
  test(`without a secret a node does not listen on ${host}`, t => {
    t.regex(refusal(t, { flags: { 'http.host': host } }), /^http\.host needs auth\.secret /);
    t.is(load(t, { flags: { 'http.host': host, 'auth.secret': SECRET } }).http.host, host);
  });
}

test('loopback addresses need no secret', t => {
  for (const host of ['127.0.0.1', '127.8.9.10', '::1', 'localhost']) {
    t.true(isLoopback(host));
    t.is(load(t, { flags: { 'http.host': host } }).http.host, host);
  }
});

const REGISTRY = 'redis://:a-password@10.0.0.9:6379/0';

test('the registry has a password, which nobody is shown', t => {
  const several = { 'cluster.scheduler': 'one,two', 'node.name': 'one' };
  const config = load(t, { flags: several, env: { ZRTC_CLUSTER_REGISTRY: REGISTRY } });
  t.is(config.cluster.registry, REGISTRY);
  t.deepEqual(config.cluster.scheduler, ['one', 'two']);
  t.false(JSON.stringify(redactConfig(config)).includes('a-password'));
  const wrong = refusal(t, { flags: { ...several, 'cluster.registry': 'http://:a-password@10.0.0.9' } });
  t.regex(wrong, /^cluster\.registry must be redis:\/\/\[USER:PASSWORD@\]HOST/);
  t.false(wrong.includes('a-password'));
});

test('one of several schedulers needs the registry, and nobody else does', t => {
  const several = { 'cluster.scheduler': 'one,two', 'node.name': 'one' };
  t.regex(
    refusal(t, { flags: several }),
    /^cluster\.registry is needed by a scheduler that is one of several/,
  );
  t.is(load(t, { flags: { ...several, 'node.roles': 'push,pull' } }).cluster.registry, undefined);
  t.is(load(t, { flags: { ...several, 'cluster.scheduler': 'one' } }).cluster.registry, undefined);
});
