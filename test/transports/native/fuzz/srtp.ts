/** SRTP packets that a peer made up. */
import { openingRound } from './opening.ts';
import { runRounds } from './rounds.ts';

await runRounds('srtp', openingRound('Rtp'));
