/** `zrtc bench uplink`. */
import { benchUplink } from '../../../simulations/bench/uplink.ts';
import type { Repairs } from '../../../simulations/bench/uplink-protocol.ts';
import type { Control, Loss } from '../../../simulations/bench/uplink-report.ts';
import { type FlagValues, UsageError } from '../arguments.ts';
import { measured } from '../measured.ts';
import { numberFlag, numberOf, numbersOf } from '../number-flags.ts';
import type { Bench } from './bench.ts';
import { runsFlag, runsOf } from './runs.ts';
import { uplinkTable } from './uplink-table.ts';

const SECONDS = { initial: 20, max: 300 };
const SEED = { initial: 1, max: 999_999 };
/** Above a half a burst of 1 cannot lose so much (Gilbert's model), and nobody teaches over such a line. */
const LOSS = { initial: '0,2,5,10', min: 0, max: 50 };
const BURST = { initial: '1,4', min: 1, max: 50 };
const controls: readonly Control[] = ['on', 'off'];
const repairs: readonly Repairs[] = ['on', 'off'];
/** Measured too where nothing else is asked for: each costs a tenth of the bench, and nobody waits for a quarter of an hour. */
const FOR_GOOD: readonly Loss[] = [
  { loss: 2, burst: 1, repairs: 'off' },
  { loss: 5, burst: 4, repairs: 'off' },
];

export const uplink: Bench = {
  name: 'uplink',
  summary: 'what viewers get of a publisher behind a line that loses packets, forwarding control on and off',
  flags: [
    {
      name: 'loss',
      placeholder: 'N,N...',
      description: `what the line loses, in percent, up to ${LOSS.max}; by default ${LOSS.initial}`,
    },
    {
      name: 'burst',
      placeholder: 'N,N...',
      description: `how many in a row on average, 1 for each by itself, up to ${BURST.max}; by default ${BURST.initial}`,
    },
    {
      name: 'repairs',
      placeholder: 'on,off',
      description:
        'whether the publisher repeats what is lost; by default on, and without --loss and --burst also off at ' +
        FOR_GOOD.map(({ loss, burst }) => `${loss} % (burst ${burst})`).join(', '),
    },
    {
      name: 'control',
      placeholder: 'on|off',
      description: 'forwarding control of the nodes that are measured; by default both',
    },
    runsFlag('each'),
    numberFlag('seconds', 'how long a run measures', SECONDS),
    {
      name: 'seed',
      placeholder: 'N',
      description: `which packets are lost, 1 to ${SEED.max}; by default ${SEED.initial}`,
    },
  ],
  examples: [
    'zrtc bench uplink --loss 5 --burst 1',
    'zrtc bench uplink --json | jq ".rows[] | {loss, burst, control, freezeMs}"',
  ],
  notes: [
    'JSON: {rows: [{loss, burst, repairs, control, corruptFrames, freezes, freezeMs, audioGapMs, delayMsP50, ...}], onLessOff}.',
    'A libwebrtc publisher (640x360, VP8, Opus) reaches one node over a line of 25 to 30 ms each way that loses packets',
    'on their way to the node; a libwebrtc viewer decodes, and a raw one (libdatachannel) looks at every packet. All are',
    'processes of their own on loopback. UNDECODABLE: frames that reached the raw viewer without what they need, even 2 s',
    'later; ON ARRIVAL: or not by the time they came. LATE MS: pictures as captured, at p99; with more than some 10 ms the',
    'machine is too busy to measure. Needs @roamhq/wrtc and node-datachannel.',
  ],
  async run(flags, terminal) {
    const options = {
      losses: lossesOf(flags),
      controls: controlsOf(flags),
      runs: runsOf(flags),
      seconds: numberOf(flags, 'seconds', SECONDS),
      seed: numberOf(flags, 'seed', SEED),
    };
    return measured(flags, terminal, measuring => benchUplink({ ...options, ...measuring }), uplinkTable);
  },
};

function lossesOf(flags: FlagValues): readonly Loss[] {
  const percents = numbersOf(flags, 'loss', LOSS);
  const bursts = numbersOf(flags, 'burst', BURST);
  const chosen = repairsOf(flags);
  if (chosen !== undefined) return chosen.flatMap(one => lossesWith(one, percents, bursts));
  const isDefault = flags.loss === undefined && flags.burst === undefined;
  return [...lossesWith('on', percents, bursts), ...(isDefault ? FOR_GOOD : [])];
}

/** Without loss there are no bursts to tell apart. */
function lossesWith(
  repairs: Repairs,
  percents: readonly number[],
  bursts: readonly number[],
): readonly Loss[] {
  return percents.flatMap(loss =>
    loss === 0 ? [{ loss, burst: 1, repairs }] : bursts.map(burst => ({ loss, burst, repairs })),
  );
}

/** Undefined when nothing is said. */
function repairsOf(flags: FlagValues): readonly Repairs[] | undefined {
  if (flags.repairs === undefined) return undefined;
  const words = flags.repairs.split(',');
  const unknown = words.find(word => !repairs.some(one => one === word));
  if (unknown !== undefined) throw new UsageError(`--repairs must be on, off or both, not '${unknown}'`);
  return repairs.filter(one => words.includes(one));
}

function controlsOf(flags: FlagValues): readonly Control[] {
  const chosen = controls.filter(control => flags.control === undefined || flags.control === control);
  if (chosen.length > 0) return chosen;
  throw new UsageError(`--control must be on or off, not '${flags.control}'`);
}
