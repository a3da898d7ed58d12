import { join } from 'node:path';
import test from 'ava';
import { folder, load } from './sources.ts';

test('lists are YAML lists, or text with commas', t => {
  const directory = folder(t, { 'zrtc.yaml': "media:\n  addresses: [192.0.2.7, '2001:db8::7']\n" });
  t.deepEqual(load(t, { directory }).media.addresses, ['192.0.2.7', '2001:db8::7']);
  const env = { ZRTC_MEDIA_ADDRESSES: '192.0.2.8, 2001:db8::8' };
  t.deepEqual(load(t, { directory, env }).media.addresses, ['192.0.2.8', '2001:db8::8']);
});

test('origins are a list or a star', t => {
  const origins = (text: string) => load(t, { flags: { 'http.corsOrigins': text } }).http.corsOrigins;
  t.is(origins('*'), '*');
  t.deepEqual(origins('https://school.example,http://localhost:3000'), [
    'https://school.example',
    'http://localhost:3000',
  ]);
});

test('clients reach a gateway over HTTPS, or in a network of its own without', t => {
  const publicUrl = (url: string) => load(t, { flags: { 'http.publicUrl': url } }).http.publicUrl;
  for (const url of ['https://live.school.example:8443', 'http://10.0.0.1:8080', 'http://[::1]:8080'])
    t.is(publicUrl(url), url);
});

test('yes and no are true and false', t => {
  t.true(load(t, { env: { ZRTC_HTTP_TRUST_PROXY: 'true' } }).http.trustProxy);
  const directory = folder(t, { 'zrtc.yaml': 'http: {trustProxy: true}' });
  t.true(load(t, { directory }).http.trustProxy);
  t.false(load(t, { directory, flags: { 'http.trustProxy': 'false' } }).http.trustProxy);
});

test('TLS files are named from the working directory, in each of the ways to write them', t => {
  const directory = folder(t, {
    'cert.pem': 'a certificate',
    'key.pem': 'a key',
    'zrtc.yaml': 'http: {tls: {cert: cert.pem, key: key.pem}}',
    'empty.yaml': '',
  });
  const files = { cert: join(directory, 'cert.pem'), key: join(directory, 'key.pem') };
  t.deepEqual(load(t, { directory }).http.tls, files);
  const flags = { 'http.tls': 'cert.pem, key.pem' };
  t.deepEqual(load(t, { directory, file: 'empty.yaml', flags }).http.tls, files);
  t.is(load(t, { directory, flags: { 'http.tls': 'self-signed' } }).http.tls, 'self-signed');
});

test('a file of comments, and a group without keys, set nothing', t => {
  const directory = folder(t, { 'zrtc.yaml': '# later\nhttp:\n' });
  t.deepEqual(load(t, { directory }), load(t, {}));
});
