/** All invariants. */
import { audioHold } from './audio-hold.ts';
import { decodable } from './decodable.ts';
import type { Invariant } from './invariant.ts';
import { noCrash } from './no-crash.ts';
import { noLoop } from './no-loop.ts';
import { noOrphans } from './no-orphans.ts';
import { oneCrossing } from './one-crossing.ts';
import { playsAgain } from './plays-again.ts';
import { queueLimits } from './queue-limits.ts';

export const invariants: readonly Invariant[] = [
  decodable,
  audioHold,
  oneCrossing,
  noCrash,
  noLoop,
  noOrphans,
  playsAgain,
  queueLimits,
];
