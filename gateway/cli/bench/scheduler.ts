/** `zrtc bench scheduler`. */
import { benchScheduler } from '../../../simulations/bench/scheduler.ts';
import { UsageError } from '../arguments.ts';
import { measured } from '../measured.ts';
import { numberFlag, numberOf } from '../number-flags.ts';
import type { Bench } from './bench.ts';
import { schedulerTable } from './scheduler-table.ts';

const EDGES = { initial: 1000, max: 10_000 };
const SITES = { initial: 100, max: 1000 };
const STREAMS = { initial: 100_000, max: 500_000 };
const CROWD = { initial: 200_000, max: 900_000 };

export const scheduler: Bench = {
  name: 'scheduler',
  summary: 'how many clients a second the scheduler finds an edge for, and how evenly, when a crowd comes',
  flags: [
    numberFlag('edges', 'how many edges there are', EDGES),
    numberFlag('sites', 'over how many sites they are spread', SITES),
    numberFlag('live', 'how many streams are live', STREAMS),
    numberFlag('crowd', 'how many viewers come within ten seconds', CROWD),
  ],
  examples: [
    'zrtc bench scheduler',
    'zrtc bench scheduler --json --edges 100 --sites 10 | jq .placementsPerSecond',
  ],
  notes: [
    'JSON: {placementsPerSecond, p50Ms, p99Ms, imbalance, registrationsCpuMs, rssMb, ...}.',
    'The scheduler itself, without links or threads, hears all edges announce themselves and their streams ten times,',
    'and a tenth of the crowd after each; half of the crowd wants one stream. placementsPerSecond is of processor time;',
    'p50Ms and p99Ms are of the clock, one placement each; imbalance is the fullest edge of a site against the mean of',
    'that site, in the site where this is worst; registrationsCpuMs is what a second of announcements takes.',
  ],
  async run(flags, terminal) {
    const edges = numberOf(flags, 'edges', EDGES);
    const sites = numberOf(flags, 'sites', SITES);
    const streams = numberOf(flags, 'live', STREAMS);
    const viewers = numberOf(flags, 'crowd', CROWD);
    if (sites > edges) throw new UsageError('--sites must not be more than --edges');
    return measured(
      flags,
      terminal,
      measuring => benchScheduler({ edges, sites, streams, viewers, ...measuring }),
      schedulerTable,
    );
  },
};
