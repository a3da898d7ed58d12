/** `zrtc bench shards`. */
import { benchShards } from '../../../simulations/bench/shards.ts';
import { measured } from '../measured.ts';
import { numberFlag, numberOf } from '../number-flags.ts';
import type { Bench } from './bench.ts';
import { coresFlag, coresOf } from './cores.ts';
import { runsFlag, runsOf } from './runs.ts';
import { shardsTable } from './shards-table.ts';

const VIEWERS = { initial: 300, max: 10_000 };
const SECONDS = { initial: 5, max: 60 };

export const shards: Bench = {
  name: 'shards',
  summary: 'what it costs to cross from one core to another, and one stream on one core, two, and so on',
  flags: [
    {
      ...coresFlag,
      description:
        'from one core shard of the node (media.cores) up to so many; by default one node as it is by itself',
    },
    numberFlag('viewers', 'how many watch the one stream', VIEWERS),
    runsFlag('crossing'),
    numberFlag('seconds', 'how long each measuring takes', SECONDS),
  ],
  examples: ['zrtc bench shards --cores 2', 'zrtc bench shards --json | jq .crossing.addedP99Ms'],
  notes: [
    'JSON: {crossing: {idle, sameThread, loaded, flood: {p50Ms, p99Ms, packetsPerSecond, ...}, addedP50Ms, addedP99Ms},',
    'stream: [{cores, packetsPerSecond, lost, sameCore: {viewers, delayMsP50, ...}, otherCores, serverCores, ...}]}.',
    'crossing: two threads with queue, slab and wake-up of core shards and nothing else; loaded less sameThread is what',
    'crossing adds. stream: one of 350 kbit/s at a node with 1 to --cores core shards, without it at one node as it is by',
    'default; how old packets are at viewers on the publisher’s core, and at those that they have to cross to.',
  ],
  async run(flags, terminal) {
    const options = {
      ...coresOf(flags),
      viewers: numberOf(flags, 'viewers', VIEWERS),
      runs: runsOf(flags),
      seconds: numberOf(flags, 'seconds', SECONDS),
    };
    return measured(flags, terminal, measuring => benchShards({ ...options, ...measuring }), shardsTable);
  },
};
