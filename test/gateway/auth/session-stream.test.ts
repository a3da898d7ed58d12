import test from 'ava';
import { described, fakeActors, shardReport, streamReport } from '../fake-actors.ts';
import { bearer, JSON_TYPE, SECRET, serve } from '../serve.ts';

const artSession = () => fakeActors({ describe: ({ path }) => described(path.split('/').at(-1)!, 'art') });
const asked = (actors: ReturnType<typeof fakeActors>) => actors.asked.map(({ message }) => message.type);

test("a URL that puts another stream before a session's id opens nothing", async t => {
  const { fetch, actors } = await serve(t, artSession(), { secrets: [SECRET] });
  const token = await bearer({ stream: 'math-*', can: ['publish', 'admin'] });
  t.is((await fetch('DELETE', '/whip/math-101/push-0-abc', token)).status, 404);
  t.deepEqual(asked(actors), ['describe']);
});

test("a session of another stream is not the token's to stop", async t => {
  const { fetch, actors } = await serve(t, artSession(), { secrets: [SECRET] });
  const token = await bearer({ stream: 'math-*', can: ['view', 'admin'] });
  const body = '{"session":"pull-1-xyz"}';
  t.is((await fetch('POST', '/signaling/stop', { ...JSON_TYPE, ...token }, body)).status, 403);
  t.is((await fetch('DELETE', '/api/sessions/pull-1-xyz', token)).status, 403);
  t.deepEqual(asked(actors), ['describe', 'describe']);
});

test('a session that was opened here is not asked whose it is, and is nobody else’s', async t => {
  const { postJson, actors } = await serve(t, fakeActors(), { secrets: [SECRET] });
  const own = await bearer({ stream: 'math-101', can: ['view'] });
  const opened = await postJson('/signaling/pull', { stream: 'math-101' }, own);
  const { session } = (await opened.json()) as { session: string };
  t.is((await postJson('/signaling/sendanswer', { session, sdp: 'v=0' }, own)).status, 204);
  t.is((await postJson('/signaling/stop', { session }, own)).status, 204);
  t.deepEqual(asked(actors), ['view', 'send-answer', 'close']);
  const other = await bearer({ stream: 'art', can: ['view'] });
  t.is((await postJson('/signaling/stop', { session }, other)).status, 403);
  t.deepEqual(asked(actors), ['view', 'send-answer', 'close']);
});

test('lists are of the streams that the token is for', async t => {
  const streams = ['art', 'math-1', 'math-2', 'maths'].map(stream => streamReport(stream));
  const report = ({ path }: { path: string }) => shardReport(0, path.endsWith('0') ? { streams } : {});
  const { fetch } = await serve(t, fakeActors({ report }), { secrets: [SECRET] });
  const namesFor = async (stream: string) => {
    const response = await fetch('GET', '/api/streams', await bearer({ stream, can: ['observe'] }));
    return ((await response.json()) as { streams: { stream: string }[] }).streams.map(one => one.stream);
  };
  t.deepEqual(await namesFor('math-*'), ['math-1', 'math-2']);
  t.deepEqual(await namesFor('math-2'), ['math-2']);
  t.deepEqual(await namesFor('*'), ['art', 'math-1', 'math-2', 'maths']);
});
