import test from 'ava';
import { fakeActors, refused } from '../fake-actors.ts';
import { bearer, SDP, SECRET, serve } from '../serve.ts';

const school = { Origin: 'https://school.example' };
const withSecret = { secrets: [SECRET] };

test('any page may call, and read what WHIP and WHEP tell in headers, of errors too', async t => {
  const { fetch } = await serve(t, fakeActors({ view: refused(404) }), withSecret);
  const token = await bearer({ stream: 'a', can: ['publish', 'view'] });
  for (const [path, status] of [
    ['/whip/a', 201],
    ['/whep/a', 400],
    ['/nowhere', 404],
    ['/whip/%', 404],
  ] as const) {
    const response = await fetch('POST', path, { ...SDP, ...school, ...token }, 'v=0');
    t.is(response.status, status);
    t.is(response.headers.get('Access-Control-Allow-Origin'), '*', path);
    t.is(response.headers.get('Access-Control-Allow-Credentials'), null);
    const exposed = response.headers.get('Access-Control-Expose-Headers')!.split(', ');
    for (const name of ['Location', 'ETag', 'Link', 'Accept-Patch', 'Retry-After'])
      t.true(exposed.includes(name));
  }
});

test('a preflight allows the methods of the resource and the headers of its calls', async t => {
  const { fetch } = await serve(t, fakeActors(), withSecret);
  const response = await fetch('OPTIONS', '/whip/a/push-0-abc', {
    ...school,
    'Access-Control-Request-Method': 'PATCH',
    'Access-Control-Request-Headers': 'authorization,content-type,if-match',
  });
  t.is(response.status, 200);
  t.is(response.headers.get('Access-Control-Allow-Origin'), '*');
  t.is(response.headers.get('Access-Control-Allow-Methods'), 'GET, PATCH, DELETE, HEAD, OPTIONS');
  t.is(response.headers.get('Access-Control-Allow-Headers'), 'Authorization, Content-Type, If-Match');
});

for (const secrets of [[], [SECRET]]) {
  test(`origins that are listed may call, and no others, with ${secrets.length} secrets`, async t => {
    const config = { secrets, corsOrigins: ['https://school.example'] };
    const { fetch } = await serve(t, fakeActors(), config);
    const allowed = await fetch('GET', '/live', school);
    t.is(allowed.headers.get('Access-Control-Allow-Origin'), 'https://school.example');
    t.is(allowed.headers.get('Vary'), 'Origin');
    const other = await fetch('GET', '/live', { Origin: 'https://else.example' });
    t.is(other.headers.get('Access-Control-Allow-Origin'), null);
    t.is(other.headers.get('Vary'), 'Origin');
    const token = await bearer({ stream: 'a', can: ['view'] });
    t.is((await fetch('POST', '/whep/a', { ...school, ...token })).status, 406);
  });
}
