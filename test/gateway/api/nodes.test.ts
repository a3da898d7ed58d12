import test from 'ava';
import { fakeActors, shardReport, timeout } from '../fake-actors.ts';
import { serve } from '../serve.ts';

test('the node tells its load, shard by shard, and which shard is silent', async t => {
  const actors = fakeActors({
    report: ({ path }) => (path.endsWith('1') ? timeout : shardReport(0, { publishers: 1, viewers: 4 })),
  });
  const { fetch, clock } = await serve(t, actors);
  clock.advance(90_500);
  const response = await fetch('GET', '/api/nodes');
  t.deepEqual(await response.json(), {
    nodes: [
      {
        node: 'node-1',
        idc: 'north',
        roles: ['push', 'pull', 'gateway'],
        version: '0.0.0-test',
        startedAt: '2026-01-01T12:00:00.000Z',
        uptimeSeconds: 90,
        publishers: 1,
        viewers: 4,
        shards: [
          { shard: 0, state: 'up', port: 7000, publishers: 1, viewers: 4, streams: 0 },
          { shard: 1, state: 'not answering' },
        ],
      },
    ],
  });
});
