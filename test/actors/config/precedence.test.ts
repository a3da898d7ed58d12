import test from 'ava';
import { folder, load } from './sources.ts';

test('without any source the defaults hold', t => {
  t.deepEqual(load(t, {}), {
    node: {
      name: 'zrtc-1',
      idc: 'local',
      roles: ['push', 'pull', 'relay', 'scheduler', 'gateway'],
      isps: [],
      drainSeconds: 0,
      maxMbps: 0,
    },
    http: { host: '127.0.0.1', port: 8080, tls: 'off', trustProxy: false, corsOrigins: '*' },
    auth: {},
    media: {
      port: 7000,
      cores: 0,
      engine: 'auto',
      addresses: [],
      consentTimeoutMs: 25_000,
      forwardingControl: 'on',
      audioReorderMs: 60,
      encryption: 'on',
      maxPublishKbps: 8000,
    },
    cluster: { scheduler: ['zrtc-1'], join: [], listen: 'tcp://127.0.0.1:7200' },
    relay: { port: 7100, mtu: 1400, maxMtu: 1500, maxKbps: 0 },
    geo: { networks: [], files: [] },
    log: { level: 'info' },
  });
});

test('a variable is stronger than the file, a flag than both', t => {
  const directory = folder(t, {
    'zrtc.yaml': 'http: {port: 1001, host: localhost}\nnode: {name: from-file}\nlog: {level: debug}\n',
  });
  const config = load(t, {
    directory,
    env: { ZRTC_HTTP_PORT: '1002', ZRTC_NODE_NAME: 'from-variable', PATH: '/bin' },
    flags: { 'http.port': '1003' },
  });
  t.is(config.http.port, 1003);
  t.is(config.node.name, 'from-variable');
  t.is(config.http.host, 'localhost');
  t.is(config.log.level, 'debug');
});

test('a wrong value that something stronger replaces does no harm', t => {
  const directory = folder(t, { 'zrtc.yaml': 'http: {port: seven}\n' });
  t.is(load(t, { directory, env: { ZRTC_HTTP_PORT: '1002' } }).http.port, 1002);
});

test('a variable that is set to nothing counts as not set', t => {
  t.is(load(t, { env: { ZRTC_HTTP_PORT: '' } }).http.port, 8080);
});

test('variables spell the capitals of a key with underscores', t => {
  const config = load(t, { env: { ZRTC_MEDIA_CONSENT_TIMEOUT_MS: '15000' } });
  t.is(config.media.consentTimeoutMs, 15_000);
});

test('another file is read when it is named, and zrtc.yaml is not', t => {
  const directory = folder(t, { 'zrtc.yaml': 'http: {port: 1001}', 'other.yaml': 'node: {idc: north}' });
  const config = load(t, { directory, file: 'other.yaml' });
  t.is(config.node.idc, 'north');
  t.is(config.http.port, 8080);
});
