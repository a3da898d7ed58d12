import test from 'ava';
import { addressOf } from '../../../actors/runtime/address.ts';
import { mergeStreams } from '../../../gateway/api/streams.ts';
import { fakeActors, notReachable, shardReport, streamReport } from '../fake-actors.ts';
import { serve } from '../serve.ts';

const track = { kind: 'audio', packets: 1, bytes: 100, packetsLost: 0, bitrateBps: 8000 } as const;
const origin = streamReport('math-101', { publisher: 'push-0-abc', viewers: 2, tracks: [track] });
const replica = streamReport('math-101', { viewers: 3 });
const silent = streamReport('art', { live: false, viewers: 1 });

const usualReports = (): NonNullable<Parameters<typeof fakeActors>[0]> => ({
  report: ({ path }) =>
    path.endsWith('0')
      ? shardReport(0, { streams: [replica] })
      : shardReport(1, { streams: [origin, silent] }),
});
const actors = () => fakeActors(usualReports());

test('streams are listed once each, in order, whatever shards they are on', async t => {
  const { fetch } = await serve(t, actors());
  const response = await fetch('GET', '/api/streams');
  t.deepEqual(await response.json(), { streams: [silent, { ...origin, viewers: 5 }] });
});

test('one stream is told alone, another is a 404', async t => {
  const { fetch } = await serve(t, actors());
  t.deepEqual(await (await fetch('GET', '/api/streams/math-101')).json(), { ...origin, viewers: 5 });
  t.is((await fetch('GET', '/api/streams/chess')).status, 404);
  t.is((await fetch('GET', '/api/streams/-')).status, 404);
});

test('while the scheduler is away nobody says that a stream is nowhere', async t => {
  const away = { ...usualReports(), 'report-cluster': notReachable };
  const { fetch } = await serve(t, fakeActors(away), {}, { scheduler: addressOf('node-3', '/scheduler') });
  t.is((await fetch('GET', '/api/streams/math-101')).status, 200);
  const response = await fetch('GET', '/api/streams/chess');
  t.is(response.status, 503);
  t.truthy(response.headers.get('retry-after'));
});

test('the newest publication is the one that is told', t => {
  const old = streamReport('math-101', { epoch: 1, publisher: 'push-0-old', viewers: 1 });
  const fresh = streamReport('math-101', { epoch: 2, viewers: 1 });
  for (const streams of [
    [old, fresh],
    [fresh, old],
  ]) {
    t.deepEqual(mergeStreams([undefined, shardReport(1, { streams })]), [{ ...fresh, viewers: 2 }]);
  }
});
