import test from 'ava';
import { folder, refusal, refusalOfFile } from './sources.ts';

const wrong: readonly (readonly [key: string, value: string])[] = [
  ['node.name', 'Upper'],
  ['node.name', '-a'],
  ['node.idc', 'a'.repeat(64)],
  ['http.host', 'a host'],
  ['http.port', 'http'],
  ['http.port', '65536'],
  ['http.port', '-1'],
  ['http.port', '80.5'],
  ['http.port', '1e3'],
  ['http.port', ''],
  ['http.tls', 'on'],
  ['http.tls', 'cert.pem,'],
  ['http.tls', 'a,b,c'],
  ['http.trustProxy', 'yes'],
  ['node.region', 'Beijing'],
  ['node.coordinates', '116.4'],
  ['node.isps', 'china_mobile'],
  ['geo.networks', '10.0.0.1/8 cn'],
  ['http.publicUrl', 'live.school.example'],
  ['http.publicUrl', 'https://live.school.example/path'],
  ['http.publicUrl', 'ftp://127.0.0.1'],
  ['http.corsOrigins', 'school.example'],
  ['http.corsOrigins', 'https://school.example/path'],
  ['media.port', '99999'],
  ['media.cores', '65'],
  ['media.cores', 'all'],
  ['media.addresses', '192.0.2.7,192.0.2.256'],
  ['media.consentTimeoutMs', '10'],
  ['media.encryption', 'none'],
  ['media.maxPublishKbps', '8 Mbit/s'],
  ['media.maxPublishKbps', '0'],
  ['log.level', 'loud'],
];

for (const [key, value] of wrong) {
  test(`${key} is not '${value.slice(0, 20)}': one line names key, value and source`, t => {
    const message = refusal(t, { flags: { [key]: value } });
    t.true(message.startsWith(`${key} must `), message);
    t.true(message.endsWith(`from --${key})`), message);
    t.true(message.includes(value.slice(0, 20)), message);
  });
}

test('the source of a wrong value is named', t => {
  t.regex(
    refusal(t, { env: { ZRTC_HTTP_PORT: 'x' } }),
    /^http\.port must be .* \('x' from ZRTC_HTTP_PORT\)$/,
  );
  t.regex(refusalOfFile(t, 'http: {port: true}'), /^http\.port must be .* \(true from zrtc\.yaml\)$/);
});

test('ports beyond the last one are no ports for cores', t => {
  for (const key of ['media.port', 'relay.port']) {
    const message = refusal(t, { flags: { [key]: '65534', 'media.cores': '3' } });
    t.regex(message, new RegExp(`^media\\.cores needs a port for each core, .*${key}`));
  }
});

test('a long or many-lined value is shown in part, on one line', t => {
  const message = refusal(t, { flags: { 'log.level': 'line\n'.repeat(1_000) } });
  t.true(message.length < 250);
});

test('a value of the wrong shape in the file is no more than a wrong value', t => {
  t.regex(refusalOfFile(t, 'http: {port: [80, 81]}'), /^http\.port must be /);
  t.regex(refusalOfFile(t, 'http: {port: {tcp: 80}}'), /^http\.port must be /);
  t.regex(refusalOfFile(t, 'http: {tls: {cert: a.pem}}'), /^http\.tls must be /);
  t.regex(refusalOfFile(t, 'http: &http {tls: *http}'), /^(http\.tls must be |zrtc\.yaml)/);
  t.is(refusalOfFile(t, 'http: {port: }'), 'http.port in zrtc.yaml has no value');
  t.is(refusalOfFile(t, 'http: 80'), 'http in zrtc.yaml must hold keys such as http.host');
  t.is(refusalOfFile(t, '- http'), 'zrtc.yaml must hold keys such as node.name');
});

test('a file that is not YAML, or says a thing twice, is refused by line', t => {
  t.regex(refusalOfFile(t, 'http:\n  port: [80\n'), /^zrtc\.yaml, line \d: /);
  t.regex(refusalOfFile(t, 'http: {port: 80}\nhttp: {port: 81}\n'), /^zrtc\.yaml, line 2: /);
  t.regex(refusalOfFile(t, 'http: *nobody\n'), /^zrtc\.yaml/);
});

test('a file that was asked for must be there', t => {
  const directory = folder(t);
  t.regex(refusal(t, { directory, file: 'gone.yaml' }), /^cannot read .*gone\.yaml: there is no such file$/);
  t.regex(refusal(t, { directory, file: '.' }), /^cannot read .*: it is a folder$/);
});

test('files that a value names must be there', t => {
  const files = refusal(t, { flags: { 'http.tls': 'cert.pem,key.pem' } });
  t.regex(files, /^http\.tls: cannot read .*cert\.pem: there is no such file$/);
  const secret = refusal(t, { flags: { 'auth.secretFile': 'secret.txt' } });
  t.regex(secret, /^auth\.secretFile: cannot read .*secret\.txt: there is no such file$/);
});
