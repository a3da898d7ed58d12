import test from 'ava';
import { problem, problemDocument, problemOf, retryAfter } from '../../../gateway/http/problem.ts';
import { serve } from '../serve.ts';

test('a status that says it all has no type of its own, a title of its own has one', t => {
  t.deepEqual(problemDocument(problem(405, 'No.').problem, '/x'), {
    type: 'about:blank',
    title: 'Method Not Allowed',
    status: 405,
    detail: 'No.',
    instance: '/x',
  });
  t.is(
    problemDocument(problem(404, 'No.', { title: 'No such thing!' }).problem, '/x').type,
    'urn:zrtc:problem:no-such-thing-',
  );
});

test('only what was meant is a problem', t => {
  t.is(problemOf(new Error('x')), undefined);
  t.is(problemOf('x'), undefined);
  t.is(problemOf(problem(400, 'x'))!.status, 400);
});

test('Retry-After is in whole seconds, rounded up', t => {
  t.deepEqual(retryAfter(0.2), { 'Retry-After': '1' });
  t.deepEqual(retryAfter(-1), { 'Retry-After': '0' });
});

test('a path that nobody knows is a problem document', async t => {
  const { fetch } = await serve(t);
  const response = await fetch('GET', '/nowhere?access_token=x');
  t.is(response.status, 404);
  t.like(await response.json(), { status: 404, instance: '/nowhere' });
});

test('pages are asked for what is not ours, and may refuse in their own way', async t => {
  const { fetch } = await serve(
    t,
    undefined,
    {},
    {
      pages: ctx => {
        if (ctx.path === '/secret') ctx.throw(403, 'Not yours.');
        ctx.body = 'a page';
      },
    },
  );
  t.is(await (await fetch('GET', '/')).text(), 'a page');
  const refused = await fetch('GET', '/secret');
  t.is(refused.status, 403);
  t.like(await refused.json(), { detail: 'Not yours.' });
});
