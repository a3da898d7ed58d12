import test from 'ava';
import { messageCosts } from '../../../simulations/bench/relay-costs.ts';
import type { MeasuredRow } from '../../../simulations/bench/relay-row.ts';

/** Of a process that takes so long each second, and for each message. */
function row(
  about: Pick<MeasuredRow, 'transport' | 'streams' | 'loss'>,
  restUs: number,
  senderUs: number,
  receiverUs: number,
): MeasuredRow {
  const perMessage = restUs / (40 * about.streams);
  return {
    ...about,
    burst: 1,
    meanMs: 30,
    p50Ms: 30,
    p95Ms: 30,
    p99Ms: 30,
    maxMs: 30,
    latePercent: 0,
    bytesRatio: 1,
    senderCpuUs: perMessage + senderUs,
    receiverCpuUs: perMessage + receiverUs,
    messages: 20_000,
  };
}

test('what a message costs is told from what a second costs, and both from those of sockets and bench', t => {
  const bare = [1, 76, 304].map(streams => row({ transport: 'udp', streams, loss: 0 }, 40_000, 4, 2));
  const relay = (streams: number, loss: number, senderUs: number) =>
    row({ transport: 'relay', streams, loss }, 100_000, senderUs, 9);
  const rows = [relay(76, 0, 12), relay(76, 5, 15), relay(304, 5, 15), relay(1, 5, 15), relay(304, 1, 15)];
  t.deepEqual(messageCosts(rows, bare), [
    {
      transport: 'relay',
      loss: 5,
      burst: 1,
      streams: [76, 304],
      senderUs: 11,
      receiverUs: 7,
      senderRestUsPerSecond: 60_000,
      receiverRestUsPerSecond: 60_000,
    },
  ]);
});
