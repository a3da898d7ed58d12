/** `zrtc bench join`. */
import { benchJoin } from '../../../simulations/bench/join.ts';
import { measured } from '../measured.ts';
import { numberOf, numbersOf } from '../number-flags.ts';
import type { Bench } from './bench.ts';
import { joinTable } from './join-table.ts';

const RATE = { initial: '', min: 1, max: 3200 };
const VIEWERS = { initial: 1000, max: 5000 };
const SECONDS = { initial: 5, max: 60 };

export const join: Bench = {
  name: 'join',
  summary: 'how many joins a second a node on one core takes, and what a viewer costs it',
  flags: [
    {
      name: 'rate',
      placeholder: 'N,N...',
      description: `joins a second to measure, up to ${RATE.max} each; by default the highest is searched for`,
    },
    {
      name: 'viewers',
      placeholder: 'N',
      description: `how many are there when memory is measured, up to ${VIEWERS.max}; by default ${VIEWERS.initial}`,
    },
    {
      name: 'seconds',
      placeholder: 'N',
      description: `how long each rate is measured, up to ${SECONDS.max}; by default ${SECONDS.initial}`,
    },
  ],
  examples: [
    'zrtc bench join',
    'zrtc bench join --json --rate 200,400 | jq ".rates[] | {rate, cpuMsPerJoin}"',
  ],
  notes: [
    'JSON: {joinsPerSecond, cpuMsPerJoin, failed, delayMsP99, rssKbPerViewer, rssKbPerIdleViewer, limit, rates: [...]}.',
    'A node with --media.cores 1 and all its threads are bound to one CPU, the clients to the others. A join is two calls',
    'over HTTP, ICE, DTLS and the first packets of picture and sound; then the viewer leaves. joinsPerSecond is the highest',
    'rate at which nobody failed, delayMsP99 what a class of 50 viewers had meanwhile. rssKbPerViewer: what the node grows',
    'by for each of --viewers. limit: whether with more it was the node or the load clients (generator) that failed.',
  ],
  async run(flags, terminal) {
    const options = {
      ...(flags.rate !== undefined && { joinsPerSecond: numbersOf(flags, 'rate', RATE) }),
      viewers: numberOf(flags, 'viewers', VIEWERS),
      seconds: numberOf(flags, 'seconds', SECONDS),
    };
    return measured(flags, terminal, measuring => benchJoin({ ...options, ...measuring }), joinTable);
  },
};
