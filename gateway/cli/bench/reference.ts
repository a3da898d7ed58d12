/** `zrtc bench reference`. */
import { benchReference } from '../../../simulations/bench/reference.ts';
import { type FlagValues, UsageError } from '../arguments.ts';
import { measured } from '../measured.ts';
import { numberFlag, numberOf, numbersOf } from '../number-flags.ts';
import type { Bench } from './bench.ts';
import { coresFlag, coresOf } from './cores.ts';
import { referenceTable } from './reference-table.ts';

const PULLS = { initial: '', min: 1, max: 10_000 };
const STREAMS = { initial: 76, max: 500 };
const SECONDS = { initial: 8, max: 60 };

export const reference: Bench = {
  name: 'reference',
  summary:
    'the test of the design’s authors: 76 streams of 300 to 400 kbit/s, and how many pulls a node bears',
  flags: [
    {
      name: 'pulls',
      placeholder: 'N,N...',
      description: `how many pulls to measure, up to ${PULLS.max} each; by default the most are searched for`,
    },
    numberFlag('streams', 'how many streams are published', STREAMS),
    { name: 'audio', description: 'with Opus only; by default both ways' },
    { name: 'no-audio', description: 'without Opus only' },
    numberFlag('seconds', 'how long each case measures', SECONDS),
    coresFlag,
  ],
  examples: [
    'zrtc bench reference --no-audio',
    'zrtc bench reference --json --pulls 200,400 | jq ".cases[] | {pulls, audio, lost, delayMsP99}"',
  ],
  notes: [
    'JSON: {cases: [{pulls, streams, audio, packetsPerSecond, gbps, serverCores, lost, delayMsP50, delayMsP99, delayMsMax,',
    'rssMb, ...}], largestUnder10Ms, largestWithoutLoss, largest: [{audio, under10Ms, withoutLoss}]}.',
    'A node with every role, the publishers, and the viewers are processes of their own on loopback; pulls are spread',
    'over streams and cores. All viewers count what is missing, one a stream decrypts and measures. Where the viewers’',
    'processes come near 1, or MACHINE near what it has, it is they that are measured. Some five minutes each way.',
  ],
  async run(flags, terminal) {
    const options = {
      ...(flags.pulls !== undefined && { pulls: numbersOf(flags, 'pulls', PULLS) }),
      streams: numberOf(flags, 'streams', STREAMS),
      audio: audioOf(flags),
      seconds: numberOf(flags, 'seconds', SECONDS),
      ...coresOf(flags),
    };
    return measured(
      flags,
      terminal,
      measuring => benchReference({ ...options, ...measuring }),
      referenceTable,
    );
  },
};

function audioOf(flags: FlagValues): readonly boolean[] {
  const [isWith, isWithout] = [flags.audio !== undefined, flags['no-audio'] !== undefined];
  if (isWith && isWithout)
    throw new UsageError('--audio and --no-audio exclude each other; without them, both are measured');
  return isWith ? [true] : isWithout ? [false] : [true, false];
}
