/** Any page that is open in a browser can send requests to loopback, where a node without a secret listens. */
import { request } from 'node:http';
import test from 'ava';
import { fakeActors } from '../fake-actors.ts';
import { bearer, SECRET, serve } from '../serve.ts';

const changes = [
  ['POST', '/whep/a'],
  ['POST', '/whip/a'],
  ['POST', '/signaling/stop'],
  ['PATCH', '/whep/a/pull-1-xyz'],
  ['DELETE', '/api/sessions/push-0-abc'],
] as const;

for (const Origin of [
  'https://evil.example',
  'null',
  'http://localhost.evil.example',
  'http://192.168.1.5:8080',
]) {
  test(`without a secret a page of ${Origin} changes nothing and reads nothing`, async t => {
    const { fetch, actors } = await serve(t);
    for (const [method, path] of changes) {
      const response = await fetch(method, path, { Origin });
      t.is(response.status, 403, path);
      t.like(await response.json(), { type: 'urn:zrtc:problem:foreign-origin' });
    }
    t.deepEqual(actors.asked, []);
    for (const [method, path] of [...changes, ['GET', '/api/streams'], ['OPTIONS', '/whip/a']] as const) {
      const response = await fetch(method, path, { Origin });
      t.is(response.headers.get('Access-Control-Allow-Origin'), null);
    }
  });
}

for (const origin of ['http://localhost:5173', 'http://127.0.0.1:8080', 'https://[::1]']) {
  test(`a page of this machine, ${origin}, may call`, async t => {
    const { fetch } = await serve(t);
    const response = await fetch('POST', '/whep/a', { Origin: origin });
    t.is(response.status, 406);
    t.is(response.headers.get('Access-Control-Allow-Origin'), origin);
    t.is(response.headers.get('Vary'), 'Origin');
  });
}

test('a program, which sends no Origin, may call', async t => {
  const { fetch } = await serve(t);
  t.is((await fetch('POST', '/whep/a')).status, 406);
});

/** `fetch` does not let its Host be chosen. */
function statusFor(url: string, host: string, headers: Record<string, string> = {}): Promise<number> {
  return new Promise((resolve, reject) => {
    request(`${url}/api/streams`, { headers: { ...headers, Host: host } }, response => {
      response.resume();
      resolve(response.statusCode!);
    })
      .on('error', reject)
      .end();
  });
}

test('a name that somebody points at loopback is not answered to (DNS rebinding)', async t => {
  const { url } = await serve(t);
  for (const host of ['evil.example', 'evil.example:8080', 'localhost.evil.example', '192.168.1.5', 'a b'])
    t.is(await statusFor(url, host), 421, host);
  for (const host of ['localhost', 'LOCALHOST:8080', '127.0.0.1:9', '127.8.9.10', '[::1]:8080'])
    t.is(await statusFor(url, host), 200, host);
});

test('with a secret every name is answered to: a page without a token gets nowhere', async t => {
  const { url } = await serve(t, fakeActors(), { secrets: [SECRET] });
  t.is(await statusFor(url, 'live.school.example', await bearer({ stream: '*', can: ['observe'] })), 200);
  t.is(await statusFor(url, 'live.school.example'), 401);
});
