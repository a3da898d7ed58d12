/** `zrtc bench drain`. */
import { benchDrain } from '../../../simulations/bench/drain.ts';
import { measured } from '../measured.ts';
import { numberFlag, numberOf } from '../number-flags.ts';
import type { Bench } from './bench.ts';
import { drainTable } from './drain-table.ts';

const VIEWERS = { initial: 200, max: 1000 };

export const drain: Bench = {
  name: 'drain',
  summary: 'what the viewers of a busy pull edge see when it is drained, and how long that takes',
  flags: [numberFlag('viewers', 'how many there are on the edge', VIEWERS)],
  examples: ['zrtc bench drain', 'zrtc bench drain --json --viewers 100 | jq .gapMsMax'],
  notes: [
    'JSON: {viewers, gapMsP50, gapMsP99, gapMsMax, endedSeconds, drains: [...]}.',
    'A scheduler, a push edge and two pull edges on loopback, one stream of 350 kbit/s, and viewers with ICE, DTLS and SRTP of',
    'their own that do as the pages do. All are at one pull edge, which zrtc drain empties, then at the other, which SIGTERM',
    'ends (node.drainSeconds: 20). gapMs: the longest that a viewer had no new picture. endedSeconds: until zrtc drain said',
    'that nobody is left, or the process was gone. Above are the worst of the two. Takes some 40 s.',
  ],
  async run(flags, terminal) {
    const viewers = numberOf(flags, 'viewers', VIEWERS);
    return measured(flags, terminal, measuring => benchDrain({ viewers, ...measuring }), drainTable);
  },
};
