/** `zrtc status` asks the node that the same configuration starts. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { verifyToken } from '../../../gateway/auth/token.ts';
import { main } from '../../../gateway/cli/main.ts';
import { fakeTerminal, START_WALL_MS } from './fake-terminal.ts';

const SECRET = 'a secret of thirty-two bytes, at least';

/** Runs `zrtc status`; what it asked for. */
async function asked(
  args: readonly string[],
  env: Record<string, string> = {},
  directory = '/no/such/folder',
) {
  const requests: { readonly url: string; readonly token: string | undefined }[] = [];
  const terminal = fakeTerminal({
    env,
    directory,
    fetch: async (url, { headers }) => {
      requests.push({ url: url.href, token: headers.Authorization?.slice('Bearer '.length) });
      return Response.json(url.pathname.endsWith('nodes') ? { nodes: [] } : { streams: [] });
    },
  });
  const code = await main(['status', ...args], terminal);
  return { code, told: terminal.told, first: requests[0] };
}

for (const [flags, url] of [
  ['', 'http://127.0.0.1:8080/api/nodes'],
  ['--port 9000', 'http://127.0.0.1:9000/api/nodes'],
  ['--tls --http.port 8443', 'https://127.0.0.1:8443/api/nodes'],
  ['--host localhost', 'http://localhost:8080/api/nodes'],
  ['--host ::1', 'http://[::1]:8080/api/nodes'],
  [`--host 0.0.0.0 --auth.secret ${SECRET.replaceAll(' ', '-')}`, 'http://127.0.0.1:8080/api/nodes'],
  [`--host :: --auth.secret ${SECRET.replaceAll(' ', '-')}`, 'http://[::1]:8080/api/nodes'],
  ['--url https://live.school.example --port 9000', 'https://live.school.example/api/nodes'],
] as const) {
  test(`status ${flags} asks at ${url}`, async t => {
    const { code, first } = await asked(flags.split(' ').filter(Boolean));
    t.is(code, 0);
    t.is(first!.url, url);
  });
}

test('zrtc.yaml and variables count, as they do for up', async t => {
  const directory = mkdtempSync(join(tmpdir(), 'zrtc-status-'));
  t.teardown(() => rmSync(directory, { recursive: true }));
  writeFileSync(
    join(directory, 'zrtc.yaml'),
    'http: {port: 8500, tls: self-signed}\nauth: {secretFile: s.txt}',
  );
  writeFileSync(join(directory, 's.txt'), SECRET);
  const { first } = await asked([], {}, directory);
  t.is(first!.url, 'https://127.0.0.1:8500/api/nodes');
  t.truthy(first!.token);
  t.is(
    (await asked([], { ZRTC_HTTP_PORT: '8600' }, directory)).first!.url,
    'https://127.0.0.1:8600/api/nodes',
  );
});

test('with a secret it makes itself a token that can observe, and not for long', async t => {
  const { first } = await asked(['--auth.secret', SECRET]);
  const verdict = (afterSeconds: number) =>
    verifyToken(first!.token!, [SECRET], START_WALL_MS + afterSeconds * 1000);
  t.deepEqual(await verdict(0), { caller: { streams: '*', can: ['observe'] } });
  t.true('invalid' in (await verdict(120)));
});

test('a token that was given is taken, and none is made without a secret', async t => {
  t.is((await asked(['--auth.secret', SECRET, '--token', 'abc'])).first!.token, 'abc');
  t.is((await asked([])).first!.token, undefined);
});

test('URL and token given, no configuration is looked at', async t => {
  const { code } = await asked(['--url', 'http://127.0.0.1:1', '--token', 'abc'], {
    ZRTC_HTTP_PORT: 'nonsense',
  });
  t.is(code, 0);
});

test('a port that was any cannot be known', async t => {
  const { code, told } = await asked(['--port', '0']);
  t.is(code, 2);
  t.regex(told[0]!, /^zrtc: http\.port is 0.*--url$/);
});
