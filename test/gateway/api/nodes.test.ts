import test from 'ava';
import { addressOf } from '../../../actors/runtime/address.ts';
import type { Message } from '../../../actors/runtime/behaviour.ts';
import { fakeActors, shardReport, timeout } from '../fake-actors.ts';
import { serve } from '../serve.ts';

const load = { shard: 0, port: 7000, publishers: 1, viewers: 4, packetsPerSecond: 1200 };

test('the node tells its load, shard by shard, and which shard is silent', async t => {
  const actors = fakeActors({
    report: ({ path }) => (path.endsWith('1') ? timeout : shardReport(0, { publishers: 1, viewers: 4 })),
    'report-loads': {
      type: 'shard-loads',
      shards: [{ ...load, utilisation: 0.2468, isOverloaded: false }],
    } as Message,
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
          {
            shard: 0,
            state: 'up',
            port: 7000,
            sessions: 5,
            publishers: 1,
            viewers: 4,
            streams: 0,
            utilisation: 0.25,
            overloaded: false,
            packetsPerSecond: 1200,
          },
          { shard: 1, state: 'not answering' },
        ],
      },
    ],
  });
});

test('of the other nodes of a cluster the shards are told as each node tells them', async t => {
  const other = {
    node: 'node-2',
    idc: 'south',
    roles: ['pull'],
    load: { publishers: 0, viewers: 7, cores: 2, packetsPerSecond: 900, measuredAtMs: 1 },
    registeredAt: '2026-01-01T12:00:00.000Z',
    silentMs: 10,
  };
  const control = { ...other, node: 'node-3', roles: ['gateway'], load: { ...other.load, cores: 0 } };
  const loads = [0, 1].map(shard => ({ ...load, shard, utilisation: 0.9, isOverloaded: shard === 1 }));
  const actors = fakeActors({
    'report-cluster': {
      type: 'cluster-report',
      nodes: [other, control],
      streams: [],
      counters: {},
    } as Message,
    'report-loads': { type: 'shard-loads', shards: loads } as Message,
  });
  const { fetch } = await serve(t, actors, {}, { scheduler: addressOf('node-3', '/scheduler') });
  const { nodes } = (await (await fetch('GET', '/api/nodes')).json()) as { nodes: { shards: object[] }[] };
  t.is(nodes.length, 3);
  t.deepEqual(nodes[1]!.shards[1], {
    shard: 1,
    state: 'up',
    port: 7000,
    sessions: 5,
    publishers: 1,
    viewers: 4,
    utilisation: 0.9,
    overloaded: true,
    packetsPerSecond: 1200,
  });
  t.deepEqual(nodes[2]!.shards, []);
});
