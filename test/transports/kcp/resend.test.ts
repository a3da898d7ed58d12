import test from 'ava';
import { Kcp } from '../../../transports/kcp/kcp.ts';
import type { KcpOptions } from '../../../transports/kcp/options.ts';
import { COMMAND } from '../../../transports/kcp/segment.ts';
import { bytes, CONVERSATION, datagramsOf, headersIn, segment } from './segments.ts';
import { starts } from './sequence-starts.ts';

const options: KcpOptions = { conversation: CONVERSATION, intervalMs: 10, congestionControl: false };

/** When segments go out that nobody answers. */
function transmissions(kcp: Kcp, untilMs: number, startMs = 0): readonly number[] {
  const times: number[] = [];
  for (let nowMs = startMs; nowMs <= startMs + untilMs; nowMs += 10) {
    kcp.advance(nowMs);
    if (datagramsOf(kcp).length > 0) times.push(nowMs - startMs);
  }
  return times;
}

for (const [nodelay, times] of [
  [0, [0, 230, 630, 1430]],
  [1, [0, 200, 500, 950, 1630]],
  [2, [0, 200, 500, 900, 1400]],
] as const) {
  for (const startMs of starts) {
    test(`nodelay ${nodelay}: timeouts at ${times.slice(1).join(', ')} ms, from clock ${startMs} on`, t => {
      const kcp = new Kcp({ ...options, nodelay });
      kcp.send(startMs, bytes(1));
      t.deepEqual(transmissions(kcp, 1700, startMs), times);
      t.is(kcp.counters.timeoutRetransmissions, times.length - 1);
      t.is(kcp.counters.segmentsSent, times.length);
    });
  }
}

/** The segment `lost` of five stays unanswered while each later one is acknowledged in a datagram of its own. */
function afterSkips(fastResend: number, skips: number, sentLater = false): Kcp {
  const kcp = new Kcp({ ...options, nodelay: 1, fastResend });
  for (let i = 0; i < 5; i += 1) kcp.send(0, bytes(i));
  kcp.advance(0);
  datagramsOf(kcp);
  for (let sequence = 1; sequence <= skips; sequence += 1)
    kcp.receive(
      5,
      segment({ command: COMMAND.acknowledge, sequence, timestampMs: sentLater ? 0xffff_ffff : 0 }),
    );
  kcp.advance(10);
  return kcp;
}

test('a segment goes out again once so many later ones were acknowledged', t => {
  t.deepEqual(datagramsOf(afterSkips(2, 1)), []);
  const kcp = afterSkips(2, 2);
  t.deepEqual(
    datagramsOf(kcp)
      .flatMap(datagram => headersIn(datagram))
      .map(({ sequence }) => sequence),
    [0],
  );
  t.is(kcp.counters.fastRetransmissions, 1);
  kcp.advance(20);
  t.deepEqual(datagramsOf(kcp), [], 'skips count anew');
});

test('without fastResend only timeouts count', t => {
  t.deepEqual(datagramsOf(afterSkips(0, 4)), []);
});

test('acknowledgements of segments that went out before it are no skips', t => {
  t.deepEqual(datagramsOf(afterSkips(2, 4, true)), []);
});

test('all that one datagram acknowledges is one skip', t => {
  const kcp = new Kcp({ ...options, nodelay: 1, fastResend: 2 });
  for (let i = 0; i < 5; i += 1) kcp.send(0, bytes(i));
  kcp.advance(0);
  datagramsOf(kcp);
  kcp.receive(
    5,
    Buffer.concat([1, 2, 3].map(sequence => segment({ command: COMMAND.acknowledge, sequence }))),
  );
  kcp.advance(10);
  t.deepEqual(datagramsOf(kcp), []);
});

test('a segment goes out fast until it went out six times', t => {
  const kcp = new Kcp({ ...options, nodelay: 1, fastResend: 1, sendWindow: 64 });
  for (let i = 0; i < 20; i += 1) kcp.send(0, bytes(i));
  kcp.advance(0);
  for (let sequence = 1; sequence < 15; sequence += 1) {
    const timestampMs = sequence * 10;
    kcp.receive(timestampMs, segment({ command: COMMAND.acknowledge, sequence, timestampMs }));
    kcp.advance(timestampMs);
  }
  t.is(kcp.counters.fastRetransmissions, 5);
});

test('the twentieth time says that the link is dead', t => {
  const kcp = new Kcp({ ...options, nodelay: 2, minimumRtoMs: 10 });
  kcp.send(0, bytes(1));
  for (let nowMs = 0; kcp.counters.segmentsSent < 19; nowMs += 10) kcp.advance(nowMs);
  t.false(kcp.isDead);
  for (let nowMs = 100_000; kcp.counters.segmentsSent < 20; nowMs += 10) kcp.advance(nowMs);
  t.true(kcp.isDead);
});

test('every segment that comes before what the peer expects next is acknowledged by that', t => {
  const kcp = new Kcp(options);
  for (let i = 0; i < 5; i += 1) kcp.send(0, bytes(i));
  kcp.advance(0);
  kcp.receive(5, segment({ command: COMMAND.tellWindow, nextExpected: 3 }));
  t.is(kcp.waitingSegments, 2);
  t.is(kcp.firstUnacknowledged, 3);
});
