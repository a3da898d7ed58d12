/** `zrtc bench path`. */
import { benchPath } from '../../../simulations/bench/path.ts';
import { pathPlans } from '../../../simulations/bench/path-plans.ts';
import { measured } from '../measured.ts';
import { numberFlag, numberOf, numbersOf } from '../number-flags.ts';
import type { Bench } from './bench.ts';
import { pathTable } from './path-table.ts';
import { runsFlag, runsOf } from './runs.ts';

const SECONDS = { initial: 10, max: 60 };
const HOPS = { initial: '1,2,3,4', min: 1, max: pathPlans.length };

export const path: Bench = {
  name: 'path',
  summary: 'how long packets are on their way through one node, and through each node more',
  flags: [
    {
      name: 'hops',
      placeholder: 'N,N...',
      description: `how many nodes the measured paths have, 1 to ${pathPlans.length}; by default each of them`,
    },
    runsFlag('each'),
    numberFlag('seconds', 'how long a run measures', SECONDS),
  ],
  examples: ['zrtc bench path', 'zrtc bench path --json --hops 1,2 | jq .nodes[].p50Ms'],
  notes: [
    'JSON: {nodes: [{hops, p50Ms, p99Ms, ...}], baseline: {...}}.',
    'Paths, every node a process of its own on loopback: 1 one node that stands alone; 2 push, pull; 3 push, relay,',
    'pull; 4 push, relay, relay of another site, pull. A publisher sends 60 packets a second after 2 s of warm-up.',
    'p50Ms and p99Ms: from the first UDP in to the last UDP out: what the clients (libdatachannel) measure from the call',
    'that sends until receipt (rawP50Ms), less what two of them without a node in between measure at p50 at the same',
    'time (baselineP50Ms). Each is the median of the runs, with their least and most. Needs node-datachannel.',
  ],
  async run(flags, terminal) {
    const hops = numbersOf(flags, 'hops', HOPS);
    const runs = runsOf(flags);
    const seconds = numberOf(flags, 'seconds', SECONDS);
    return measured(
      flags,
      terminal,
      measuring => benchPath({ hops, runs, seconds, ...measuring }),
      pathTable,
    );
  },
};
