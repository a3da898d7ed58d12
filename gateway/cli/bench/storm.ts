/** `zrtc bench storm`. */
import { benchStorm } from '../../../simulations/bench/storm.ts';
import { measured } from '../measured.ts';
import { numberFlag, numberOf } from '../number-flags.ts';
import type { Bench } from './bench.ts';
import { stormTable } from './storm-table.ts';

const JOINS = { initial: 1000, max: 3000 };
const SECONDS = { initial: 10, max: 30 };

export const storm: Bench = {
  name: 'storm',
  summary: 'what many joins in a few seconds do to those who join, to the publisher and to those who watch',
  flags: [
    numberFlag('joins', 'how many viewers come', JOINS),
    numberFlag('seconds', 'in how many seconds', SECONDS),
    { name: 'audio', description: 'viewers take the sound as well; by default the picture alone' },
  ],
  examples: ['zrtc bench storm', 'zrtc bench storm --json --joins 200 --seconds 2 | jq .firstFrameMsP95'],
  notes: [
    'JSON: {joins, firstFrameMsP50, firstFrameMsP95, keyframesAsked, qpBefore, qpDuring, fpsBefore, fpsDuring, ...}.',
    'One node on loopback with every role, a publisher (libwebrtc, 640x360, 350 kbit/s) and load viewers with ICE, DTLS',
    'and SRTP of their own, each of which stays for 6 s. firstFrameMs: from before the first HTTP call until all of a',
    'first keyframe has come; a join that fails counts as 6,000. lagMs: how much later than at viewers from before the',
    'storm the same frames come, five seconds after a join. serverCpu, loadCpu: cores; near 1 (or the machine’s cores',
    'together), it is the machine that is measured. Takes 45 s. Needs @roamhq/wrtc.',
  ],
  async run(flags, terminal) {
    const joins = numberOf(flags, 'joins', JOINS);
    const seconds = numberOf(flags, 'seconds', SECONDS);
    const audio = flags.audio !== undefined;
    return measured(
      flags,
      terminal,
      measuring => benchStorm({ joins, seconds, audio, ...measuring }),
      stormTable,
    );
  },
};
