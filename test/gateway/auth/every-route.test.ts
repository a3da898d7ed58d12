/** Every route that tells or changes anything, against every token that must not do. */
import test from 'ava';
import type { Permission } from '../../../gateway/auth/caller.ts';
import { fakeActors } from '../fake-actors.ts';
import { bearer, FRAGMENT, JSON_TYPE, SDP, SECRET, serve } from '../serve.ts';

interface Route {
  readonly request: readonly [method: string, path: string, headers?: Record<string, string>, body?: string];
  /** Each alone is enough, as `admin` is everywhere, on the stream `math-101` when `streams` is true. */
  readonly needs: readonly Permission[];
  readonly streams: boolean;
  readonly status: number;
}

const publisher = { needs: ['publish'], streams: true } as const;
const viewer = { needs: ['view'], streams: true } as const;
const observer = { needs: ['observe'], streams: false } as const;
const sdpJson = JSON.stringify({ session: 'pull-1-xyz', sdp: 'v=0' });
const whip = '/whip/math-101/push-0-abc';
const whep = '/whep/math-101/pull-1-xyz';

const routes: readonly Route[] = [
  {
    request: ['POST', '/signaling/push', JSON_TYPE, '{"stream":"math-101","sdp":"v=0"}'],
    needs: ['publish'],
    streams: true,
    status: 200,
  },
  {
    request: ['POST', '/signaling/pull', JSON_TYPE, '{"stream":"math-101"}'],
    needs: ['view'],
    streams: true,
    status: 200,
  },
  { request: ['POST', '/signaling/sendanswer', JSON_TYPE, sdpJson], ...viewer, status: 204 },
  { request: ['POST', '/signaling/stop', JSON_TYPE, '{"session":"pull-1-xyz"}'], ...viewer, status: 204 },
  { request: ['POST', '/signaling/stop', JSON_TYPE, '{"session":"push-0-abc"}'], ...publisher, status: 204 },
  { request: ['GET', '/whip/math-101'], needs: ['publish'], streams: true, status: 204 },
  { request: ['POST', '/whip/math-101', SDP, 'v=0'], needs: ['publish'], streams: true, status: 201 },
  { request: ['GET', whip], ...publisher, status: 204 },
  { request: ['PATCH', whip, FRAGMENT, 'a=x'], ...publisher, status: 204 },
  { request: ['DELETE', whip], ...publisher, status: 200 },
  { request: ['HEAD', '/whep/math-101'], needs: ['view'], streams: true, status: 200 },
  { request: ['POST', '/whep/math-101', SDP, 'v=0'], needs: ['view'], streams: true, status: 201 },
  { request: ['GET', whep], ...viewer, status: 204 },
  { request: ['PATCH', whep, FRAGMENT, 'a=x'], ...viewer, status: 204 },
  { request: ['PATCH', whep, SDP, 'v=0'], ...viewer, status: 204 },
  { request: ['DELETE', whep], ...viewer, status: 200 },
  { request: ['GET', `${whep}/events`], ...viewer, status: 200 },
  { request: ['POST', `${whep}/events`], ...viewer, status: 201 },
  { request: ['GET', '/api/nodes'], ...observer, status: 200 },
  { request: ['GET', '/api/where'], ...observer, status: 200 },
  { request: ['GET', '/api/streams'], ...observer, status: 200 },
  { request: ['GET', '/api/streams/math-101'], needs: ['observe'], streams: true, status: 404 },
  { request: ['GET', '/api/events'], ...observer, status: 200 },
  { request: ['GET', '/metrics'], ...observer, status: 200 },
  {
    request: ['GET', '/api/sessions/push-0-abc'],
    needs: ['publish', 'observe'],
    streams: true,
    status: 200,
  },
  {
    request: ['GET', '/api/sessions/pull-1-xyz'],
    needs: ['view', 'observe'],
    streams: true,
    status: 200,
  },
  {
    request: ['GET', '/api/sessions/pull-1-xyz/events'],
    needs: ['view', 'observe'],
    streams: true,
    status: 200,
  },
  { request: ['DELETE', '/api/sessions/push-0-abc'], needs: ['admin'], streams: true, status: 204 },
];

const every: readonly Permission[] = ['publish', 'view', 'observe', 'admin'];
const changes = ['publish', 'view', 'send-answer', 'trickle', 'close', 'listen'];

for (const { request, needs: own, streams, status } of routes) {
  const needs: readonly Permission[] = [...new Set<Permission>([...own, 'admin'])];
  const [method, path, headers = {}, body] = request;
  test(`${method} ${path} ${headers['Content-Type'] ?? ''} ${body ?? ''}`, async t => {
    const { fetch, actors } = await serve(t, fakeActors(), { secrets: [SECRET] });
    const send = async (token: Record<string, string>) => {
      const response = await fetch(method, path, { ...headers, ...token }, body);
      await response.body?.cancel();
      return response;
    };

    const missing = await send({});
    t.is(missing.status, 401);
    t.is(missing.headers.get('WWW-Authenticate'), 'Bearer realm="zrtc"');
    t.is((await send({ Authorization: 'Bearer a.b.c' })).status, 401);
    t.deepEqual(actors.asked, []);

    for (const permission of every.filter(one => !needs.includes(one))) {
      const refused = await send(await bearer({ stream: '*', can: [permission] }));
      t.is(refused.status, 403, permission);
      t.regex(refused.headers.get('WWW-Authenticate')!, /error="insufficient_scope"/);
    }
    if (streams) t.is((await send(await bearer({ stream: 'art-*', can: every }))).status, 403);
    t.deepEqual(
      actors.asked.filter(({ message }) => changes.includes(message.type)),
      [],
    );

    for (const permission of needs) {
      for (const stream of ['*', 'math-*', 'math-101']) {
        t.is(
          (await send(await bearer({ stream, can: [permission] }))).status,
          status,
          `${permission} ${stream}`,
        );
      }
    }
  });
}

test('preflights need no token', async t => {
  const { fetch } = await serve(t, fakeActors(), { secrets: [SECRET] });
  for (const { request } of routes) t.is((await fetch('OPTIONS', request[1])).status, 200, request[1]);
});
