import test from 'ava';
import type { LoadRun } from '../../../simulations/bench/load-run.ts';
import type { LoadOutcome } from '../../../simulations/bench/load-viewers.ts';
import { shardsRowOf } from '../../../simulations/bench/shards.ts';

const viewer: LoadOutcome = { streamIndex: 0, shard: 1, packets: 100, bytes: 80_000, lost: 0 };
const run: LoadRun = {
  outcomes: [
    { ...viewer, delaysMs: Float64Array.of(1, 2, 3) },
    viewer,
    { ...viewer, shard: 0, delaysMs: Float64Array.of(4, 5, 6) },
    { ...viewer, shard: 2, delaysMs: Float64Array.of(7, 8, 9) },
  ],
  published: [3],
  publisherShards: [1],
  publisherFailures: [],
  publisherLateMsMax: 1,
  droppedAtViewers: 0,
  measuredMs: 1000,
  rssMb: 200,
  cpu: { server: 1.5, publishers: 0.1, machine: 2 },
  viewersCpu: [0.4],
};

test('viewers by where they are: on the publisher’s core, and on others', t => {
  const row = shardsRowOf(run, 3);
  t.like(row, { cores: 3, viewers: 4, packetsPerSecond: 400, lost: 0, delayMsP50: 5, serverCores: 1.5 });
  t.deepEqual(row.sameCore, { viewers: 2, delayMsP50: 2, delayMsP99: 3, delayMsMax: 3 });
  t.deepEqual(row.otherCores, { viewers: 2, delayMsP50: 6, delayMsP99: 9, delayMsMax: 9 });
});

test('with one core nobody is elsewhere', t => {
  const outcomes = [{ ...viewer, shard: 0, delaysMs: Float64Array.of(1, 2, 3) }];
  t.deepEqual(shardsRowOf({ ...run, publisherShards: [0], outcomes }, 1).otherCores, { viewers: 0 });
});
