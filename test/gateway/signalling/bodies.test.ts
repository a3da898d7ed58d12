import test from 'ava';
import { BODY_LIMIT_BYTES } from '../../../gateway/http/body.ts';
import { JSON_TYPE, serve } from '../serve.ts';

test('a body that is not JSON is a 400, of another type a 415', async t => {
  const { fetch } = await serve(t);
  for (const body of ['', '{', '{"stream":']) {
    t.is((await fetch('POST', '/signaling/pull', JSON_TYPE, body)).status, 400, body);
  }
  t.is((await fetch('POST', '/signaling/pull', JSON_TYPE, Uint8Array.of(0x22, 0xff, 0x22))).status, 400);
  t.is((await fetch('POST', '/signaling/pull', { 'Content-Type': 'text/plain' }, '{}')).status, 415);
  t.is(
    (await fetch('POST', '/signaling/pull', { ...JSON_TYPE, 'Content-Encoding': 'gzip' }, '{}')).status,
    415,
  );
  const typed = { 'Content-Type': 'Application/JSON; charset=utf-8' };
  t.is((await fetch('POST', '/signaling/pull', typed, '{"stream":"a"}')).status, 200);
});

test('a body up to the limit is read, a longer one is a 413', async t => {
  const { fetch } = await serve(t);
  const bodyOf = (byteCount: number) => {
    const frame = JSON.stringify({ stream: 'a', sdp: '' });
    return frame.replace('""', `"${'x'.repeat(byteCount - frame.length)}"`);
  };
  t.is((await fetch('POST', '/signaling/push', JSON_TYPE, bodyOf(BODY_LIMIT_BYTES))).status, 200);
  t.is((await fetch('POST', '/signaling/push', JSON_TYPE, bodyOf(BODY_LIMIT_BYTES + 1))).status, 413);
});

test('every wrong field is named, in words', async t => {
  const { postJson, actors } = await serve(t);
  const response = await postJson('/signaling/push', { stream: '../x', uid: 'a\nb', sdp: 5 });
  t.is(response.status, 400);
  const document = (await response.json()) as { detail: string; errors: { field: string }[] };
  t.deepEqual(
    document.errors.map(({ field }) => field),
    ['stream', 'uid', 'sdp'],
  );
  t.regex(
    document.detail,
    /^stream: must be 1 to 128 letters.*; uid: must be .* printable .*; sdp: must be a string$/,
  );
  t.deepEqual(actors.asked, []);
});

test('missing fields, and bodies that are no objects, are refused in words', async t => {
  const { postJson } = await serve(t);
  const detailOf = async (path: string, body: unknown) =>
    ((await (await postJson(path, body)).json()) as { detail: string }).detail;
  t.is(await detailOf('/signaling/sendanswer', {}), 'session: is missing; sdp: is missing');
  t.is(await detailOf('/signaling/push', { stream: 'a', sdp: '' }), 'sdp: is empty');
  t.is(await detailOf('/signaling/stop', ['pull-0-x']), 'body: must be a JSON object');
  t.is(await detailOf('/signaling/stop', null), 'body: must be a JSON object');
});

test('fields that a newer client sends are ignored', async t => {
  const { postJson, actors } = await serve(t);
  t.is((await postJson('/signaling/pull', { stream: 'a', later: true })).status, 200);
  t.deepEqual(actors.asked[0]!.message, { type: 'view', stream: 'a' });
});
