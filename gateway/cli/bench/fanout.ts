/** `zrtc bench fanout`. */
import { benchFanout } from '../../../simulations/bench/fanout.ts';
import { type FanoutCase, fanoutCases } from '../../../simulations/bench/fanout-plans.ts';
import { type FlagValues, UsageError } from '../arguments.ts';
import { measured } from '../measured.ts';
import { numberOf } from '../number-flags.ts';
import type { Bench } from './bench.ts';
import { fanoutTable } from './fanout-table.ts';

const SECONDS = { initial: 5, max: 60 };
const RUNS = { initial: 5, max: 20 };
const names = fanoutCases.map(({ name }) => name).join(', ');

export const fanout: Bench = {
  name: 'fanout',
  summary: 'what a forwarded packet costs a server on one core, against a loop that only seals and sends',
  flags: [
    {
      name: 'case',
      placeholder: 'NAME,NAME...',
      description: `which of ${names}; by default all, and the most that the core carries`,
    },
    {
      name: 'seconds',
      placeholder: 'N',
      description: `how long each run measures, up to ${SECONDS.max}; by default ${SECONDS.initial}`,
    },
    {
      name: 'runs',
      placeholder: 'N',
      description: `how often each cost is measured, up to ${RUNS.max}; by default ${RUNS.initial}`,
    },
    { name: 'no-search', description: 'without the search for the most that the core carries' },
  ],
  examples: [
    'zrtc bench fanout --case 350k-300',
    'ZRTC_ENGINE=portable zrtc bench fanout --no-search',
    'zrtc bench fanout --json | jq ".cases[] | {name, cpuUsPerPacket, floorUsPerPacket}"',
  ],
  notes: [
    'JSON: {cases: [{name, viewers, packetsPerSecond, cpuUsPerPacket, floorUsPerPacket, portableUsPerPacket, lost,',
    'delayMsP50, delayMsP99, rssKbPerViewer, busy: {cpuUsPerPacket, floorUsPerPacket, timesFloor, ...}, ...}],',
    'maxPacketsPerSecond}.',
    'A node with --media.cores 1 and all its threads are bound to one CPU, the clients to the others. What is published was',
    'recorded of libwebrtc; viewers have ICE, DTLS and SRTP of their own. cpuUsPerPacket is of the node alone while nobody',
    'reads, floorUsPerPacket of a loop that seals and sends the same at the same times; busy: both with as many viewers as',
    'take 85 % of the core, in turn, and timesFloor of what was measured side by side. lost and delayMs are of another run',
    'that is read, at 70 %. serverWaited: how much of the time something else had the node’s CPU; far above 0, this machine',
    'does not tell much. Takes some fifteen minutes.',
  ],
  async run(flags, terminal) {
    const options = {
      cases: casesOf(flags),
      seconds: numberOf(flags, 'seconds', SECONDS),
      runs: numberOf(flags, 'runs', RUNS),
      search: flags['no-search'] === undefined,
    };
    return measured(flags, terminal, measuring => benchFanout({ ...options, ...measuring }), fanoutTable);
  },
};

function casesOf(flags: FlagValues): readonly FanoutCase[] {
  if (flags.case === undefined) return fanoutCases;
  const wanted = flags.case.split(',');
  const unknown = wanted.find(name => !fanoutCases.some(one => one.name === name));
  if (unknown !== undefined) throw new UsageError(`--case must be some of ${names}, not '${unknown}'`);
  return fanoutCases.filter(({ name }) => wanted.includes(name));
}
