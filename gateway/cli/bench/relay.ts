/** `zrtc bench relay`. */
import { benchRelay } from '../../../simulations/bench/relay.ts';
import { measured } from '../measured.ts';
import { numberOf } from '../number-flags.ts';
import type { Bench } from './bench.ts';
import { relayTable } from './relay-table.ts';

const MESSAGES = { initial: 20_000, max: 200_000 };
const WARM_UP_SECONDS = { initial: 10, max: 60 };
const SEED = { initial: 1, max: 999_999 };

export const relay: Bench = {
  name: 'relay',
  summary:
    'a link between sites on a line that loses, delays and bursts: latency and cost, against KCP, TCP and NACK',
  flags: [
    {
      name: 'messages',
      placeholder: 'N',
      description: `messages of each row, up to ${MESSAGES.max}; by default ${MESSAGES.initial}`,
    },
    {
      name: 'warm-up',
      placeholder: 'SECONDS',
      description: `before they are counted, up to ${WARM_UP_SECONDS.max}; by default ${WARM_UP_SECONDS.initial}`,
    },
    { name: 'seed', placeholder: 'N', description: 'of what the line loses; by default 1' },
  ],
  examples: [
    'zrtc bench relay',
    "zrtc bench relay --json | jq '.rows[] | {transport, loss, p99Ms, bytesRatio}'",
  ],
  notes: [
    'JSON: {rows: [{transport, streams, loss, burst, meanMs, p50Ms, p95Ms, p99Ms, maxMs, latePercent, bytesRatio,',
    'beyondMs, virtual: {beyondMs, p99Ms, agrees}, cpuUsPerMessage, senderCpuUs, receiverCpuUs, messages}], bare,',
    'costs: [{transport, loss, burst, streams, senderUs, receiverUs, senderRestUsPerSecond, receiverRestUsPerSecond}],',
    'notMeasured: [{transport, reason}]}. Messages of 1,100 bytes, 40 a second a stream, between two processes over',
    '25 + U(0,5) ms one way, in order; latePercent: not there within 100 ms; beyondMs: the mean beyond UDP alone on a line that',
    'loses none; virtual: the same row on the virtual clock and network of zrtc simulate; cpuUsPerMessage: of the transport',
    'alone. TCP is measured between two network namespaces, which takes root.',
  ],
  async run(flags, terminal) {
    const options = {
      messages: numberOf(flags, 'messages', MESSAGES),
      warmUpMs: 1_000 * numberOf(flags, 'warm-up', WARM_UP_SECONDS),
      seed: numberOf(flags, 'seed', SEED),
    };
    return measured(flags, terminal, measuring => benchRelay({ ...options, ...measuring }), relayTable);
  },
};
