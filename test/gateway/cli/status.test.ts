import test from 'ava';
import { main } from '../../../gateway/cli/main.ts';
import type { Terminal } from '../../../gateway/cli/terminal.ts';
import { fakeTerminal } from './fake-terminal.ts';

const SECRET = 'a secret of thirty-two bytes, at least';

const busy = (utilisation: number, packetsPerSecond: number) => ({
  utilisation,
  overloaded: utilisation > 0.85,
  packetsPerSecond,
});
const node = {
  node: 'zrtc-1',
  idc: 'local',
  roles: ['push', 'pull'],
  version: '0.1.0',
  startedAt: '2026-01-01T00:00:00.000Z',
  uptimeSeconds: 7_500,
  publishers: 1,
  viewers: 12,
  shards: [
    { shard: 0, state: 'up', port: 7000, publishers: 1, viewers: 12, streams: 2, ...busy(0.07, 1500) },
    { shard: 1, state: 'not answering' },
    { shard: 2, state: 'up', port: 7002, publishers: 0, viewers: 0, streams: 0, ...busy(0.874, 90_000) },
  ],
};
const track = { packets: 10, bytes: 10_000, packetsLost: 0 };
const streams = [
  {
    stream: 'math-101',
    live: true,
    epoch: 1,
    viewers: 12,
    node: 'zrtc-1',
    tracks: [
      { ...track, kind: 'audio', codec: 'opus', bitrateBps: 32_000 },
      { ...track, kind: 'video', codec: 'VP8', bitrateBps: 1_180_000 },
    ],
  },
  { stream: 'physics', live: false, epoch: 0, viewers: 0, node: 'zrtc-1', tracks: [] },
];

/** A node that answers; `requests` collects what it was asked. */
function answering(requests: Request[] = [], bodies: Record<string, unknown> = {}): Terminal['fetch'] {
  const answers: Record<string, unknown> = {
    '/api/nodes': { nodes: [node] },
    '/api/streams': { streams },
    ...bodies,
  };
  return async (input, init) => {
    const request = new Request(input, init);
    requests.push(request);
    return Response.json(answers[new URL(request.url).pathname]);
  };
}

async function told(fetch: unknown, ...args: string[]): Promise<readonly [number, readonly string[]]> {
  const terminal = fakeTerminal({ fetch: fetch as Terminal['fetch'] });
  return [await main(['status', ...args], terminal), terminal.told];
}

test('people get tables', async t => {
  const terminal = fakeTerminal({ fetch: answering() });
  t.is(await main(['status'], terminal), 0);
  t.deepEqual(terminal.printed.join('\n').split('\n'), [
    'node zrtc-1 in local, version 0.1.0, up 2 h 5 min: 1 publisher, 12 viewers',
    'SHARD  STATE          UDP PORT  LOAD  PUBLISHERS  VIEWERS  STREAMS  PACKETS/S',
    '0      up             7000      7 %   1           12       2        1500',
    '1      not answering  -         -     -           -        -        -',
    '2      overloaded     7002      87 %  0           0        0        90000',
    '',
    'STREAM    STATE    VIEWERS  BITRATE     TRACKS',
    'math-101  live     12       1.2 Mbit/s  audio opus, video VP8',
    'physics   waiting  0        -           -',
  ]);
});

test('of the other nodes of a cluster there is less to tell', async t => {
  const { version, uptimeSeconds, ...other } = node;
  const control = { ...other, node: 'control', publishers: 0, viewers: 0, shards: [] };
  const routed = { stream: 'math-101', live: true, viewers: 12, routes: [] };
  const bodies = { '/api/nodes': { nodes: [control, other] }, '/api/streams': { streams: [routed] } };
  const terminal = fakeTerminal({ fetch: answering([], bodies) });
  t.is(await main(['status'], terminal), 0);
  const lines = terminal.printed.join('\n').split('\n');
  t.deepEqual(lines.slice(0, 3), [
    'node control in local: 0 publishers, 0 viewers',
    '',
    'node zrtc-1 in local: 1 publisher, 12 viewers',
  ]);
  t.is(lines.at(-1), 'math-101  live   12       -        -');
});

test('programs get the answers as they are', async t => {
  const terminal = fakeTerminal({ fetch: answering() });
  t.is(await main(['status', '--json'], terminal), 0);
  t.deepEqual(JSON.parse(terminal.printed.join('\n')), { nodes: [node], streams });
});

test('the URL may have a path, and the token goes with each request', async t => {
  const requests: Request[] = [];
  const prefixed = { '/zrtc/api/nodes': { nodes: [] }, '/zrtc/api/streams': { streams: [] } };
  const terminal = fakeTerminal({ fetch: answering(requests, prefixed) });
  t.is(await main(['status', '--url', 'https://live.school.example/zrtc', '--token', 'abc'], terminal), 0);
  t.is(terminal.printed.join('\n'), 'no streams');
  t.deepEqual(requests.map(({ url }) => url).sort(), [
    'https://live.school.example/zrtc/api/nodes',
    'https://live.school.example/zrtc/api/streams',
  ]);
  for (const { headers } of requests) t.is(headers.get('authorization'), 'Bearer abc');
});

test('a name cannot move the cursor', async t => {
  const hostile = { ...streams[1], stream: '\u001b[2Jgone' };
  const terminal = fakeTerminal({ fetch: answering([], { '/api/streams': { streams: [hostile] } }) });
  t.is(await main(['status'], terminal), 0);
  t.false(terminal.printed.join('').includes('\u001b'));
});

const networkFailures: readonly (readonly [string, string])[] = [
  ['ECONNREFUSED', 'nothing listens at http://127.0.0.1:8080; is the node running (zrtc up)?'],
  ['ENOTFOUND', 'the name 127.0.0.1 is not known'],
  ['EAI_AGAIN', 'the name 127.0.0.1 cannot be looked up now: no name server answers'],
  [
    'UND_ERR_SOCKET',
    'http://127.0.0.1:8080 closed the connection without an answer; does it speak HTTPS (http.tls)?',
  ],
  ['ERR_SSL_WRONG_VERSION_NUMBER', 'http://127.0.0.1:8080 does not speak HTTPS; see http.tls'],
  ['EHOSTUNREACH', 'there is no way to http://127.0.0.1:8080 from here'],
  ['ESOMETHING', 'cannot reach http://127.0.0.1:8080: first line'],
];
for (const [code, line] of networkFailures) {
  test(`the node cannot be reached, in one line: ${code}`, async t => {
    const cause = Object.assign(new Error('first line\nand more'), { code });
    t.deepEqual(await told(() => Promise.reject(new TypeError('fetch failed', { cause }))), [
      1,
      [`zrtc: ${line}`],
    ]);
    // As node:https has it.
    t.deepEqual(await told(() => Promise.reject(cause)), [1, [`zrtc: ${line}`]]);
  });
}

const refusing = (status: number) => async () =>
  Response.json({ detail: 'The token cannot be read.' }, { status });

test('the node wants a token', async t => {
  const [code, lines] = await told(refusing(401));
  t.is(code, 1);
  t.regex(lines[0]!, /asks for a token that can observe/);
});

test('the node does not accept the token', async t => {
  const line = 'zrtc: the token is not accepted at http://127.0.0.1:8080: The token cannot be read.';
  for (const status of [401, 403]) t.deepEqual(await told(refusing(status), '--token', 'junk'), [1, [line]]);
  const made =
    'zrtc: a token made with the configured secret is not accepted at http://127.0.0.1:8080: The token cannot be read.';
  t.deepEqual(await told(refusing(401), '--auth.secret', SECRET), [1, [made]]);
});

test('another refusal is told in the words of the node', async t => {
  const line = 'zrtc: http://127.0.0.1:8080 answered with status 503: The token cannot be read.';
  t.deepEqual(await told(refusing(503)), [1, [line]]);
  t.deepEqual(await told(async () => new Response('<html>', { status: 502 })), [
    1,
    ['zrtc: http://127.0.0.1:8080 answered with status 502'],
  ]);
});

test('something else listens there', async t => {
  const line = 'zrtc: what answers at http://127.0.0.1:8080 is no zrtc node';
  for (const body of ['<html>', '{"nodes": 5}', '[]', 'null']) {
    const [code, lines] = await told(async () => new Response(body));
    t.deepEqual([code, lines], [1, [line]]);
  }
});

test('a node that never answers is given up', async t => {
  const silent = (_: unknown, { signal }: { signal: AbortSignal }) =>
    new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
  const terminal = fakeTerminal({ fetch: silent as Terminal['fetch'] });
  const ended = main(['status'], terminal);
  await terminal.pass(0);
  await terminal.pass(5_000);
  t.is(await ended, 1);
  t.deepEqual(terminal.told, ['zrtc: http://127.0.0.1:8080 did not answer within 5 seconds']);
});
