import test from 'ava';
import { fakeActors } from '../fake-actors.ts';
import { bearer, JSON_TYPE, SDP, SECRET, serve } from '../serve.ts';

const detailOf = async (response: Response) => ((await response.json()) as { detail: string }).detail;

test('each refusal says plainly what is wrong, and the log says it too, without the token', async t => {
  const { fetch, logged } = await serve(t, fakeActors(), { secrets: [SECRET] });
  const watching = await bearer({ stream: 'math-*', can: ['view'] });
  const publishing = await bearer({ stream: 'math-*', can: ['publish'] });
  const cases = [
    [{}, 401, 'A token is needed (Authorization: Bearer TOKEN).'],
    [{ Authorization: 'Bearer junk' }, 401, 'The token cannot be read.'],
    [publishing, 403, 'The token does not allow watching (it needs the permission view).'],
  ] as const;
  for (const [headers, status, detail] of cases) {
    const response = await fetch('POST', '/whep/math-101', { ...headers });
    t.is(response.status, status);
    t.is(await detailOf(response), detail);
    t.deepEqual(logged.at(-1), {
      level: 'info',
      text: 'request refused',
      fields: { method: 'POST', route: '/whep/:stream', stream: 'math-101', status, reason: detail },
    });
  }
  const body = JSON.stringify({ stream: 'art', sdp: 'v=0' });
  await fetch('POST', '/signaling/push', { ...JSON_TYPE, ...publishing }, body);
  const reason = 'The token is for math-*, not for art.';
  const fields = { method: 'POST', route: '/signaling/push', stream: 'art', status: 403, reason };
  t.deepEqual(logged.at(-1)!.fields, fields);
  await fetch('GET', '/api/nodes', watching);
  t.like(logged.at(-1)!.fields, {
    reason: 'The token does not allow seeing what the node does (it needs the permission observe).',
  });
  t.is(logged.length, 5);
  for (const { Authorization } of [watching, publishing])
    t.false(JSON.stringify(logged).includes(Authorization.slice('Bearer '.length)));
});

test('a session of another path is not logged by its id', async t => {
  const { fetch, logged } = await serve(t, fakeActors(), { secrets: [SECRET] });
  await fetch('DELETE', '/whip/math-101/push-0-secretpart', SDP);
  t.like(logged[0]!.fields, { route: '/whip/:stream/:session', stream: 'math-101', status: 401 });
  t.false(JSON.stringify(logged).includes('secretpart'));
});
