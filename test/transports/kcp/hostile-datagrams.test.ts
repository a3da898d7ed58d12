import test from 'ava';
import fc from 'fast-check';
import { Kcp } from '../../../transports/kcp/kcp.ts';
import { HEADER_BYTES } from '../../../transports/kcp/segment.ts';
import { mutated } from '../rtp/mutated.ts';
import { bytes, CONVERSATION, datagramsOf, segment } from './segments.ts';
import { starts } from './sequence-starts.ts';

const options = { conversation: CONVERSATION, intervalMs: 10, nodelay: 1, sendWindow: 64 } as const;
const samples = [
  segment({ sequence: 0, timestampMs: 5 }, bytes(1, 2, 3)),
  segment({ sequence: 3, fragmentsLeft: 2 }, new Uint8Array(300)),
  segment({ command: 82, sequence: 2, timestampMs: 90, nextExpected: 1 }),
  segment({ command: 83, windowSegments: 0 }),
  segment({ command: 84 }),
  Buffer.concat([
    segment({ command: 82, sequence: 1 }),
    segment({ sequence: 1 }, bytes(9)),
    segment({ sequence: 2 }),
  ]),
];

test('mutated datagrams never throw, and no more is held than the windows allow', t => {
  let accepted = 0;
  fc.assert(
    fc.property(fc.array(mutated(samples), { minLength: 1, maxLength: 30 }), datagrams => {
      const kcp = new Kcp(options);
      for (let i = 0; i < 100; i += 1) kcp.send(100, bytes(i));
      for (const [index, datagram] of datagrams.entries()) {
        const nowMs = 100 + index * 10;
        if (kcp.receive(nowMs, datagram) === undefined) accepted += 1;
        kcp.advance(nowMs);
        t.true(kcp.unreadSegments <= 2 * 128);
        t.true(kcp.waitingSegments <= 100);
        t.true(kcp.rtoMs >= 30 && kcp.rtoMs <= 60_000);
        t.true(datagramsOf(kcp).every(({ length }) => length <= 1400));
        for (let message = kcp.pollMessage(); message !== undefined; message = kcp.pollMessage())
          t.true(message.length <= 400 * datagrams.length);
      }
    }),
    { seed: 6, numRuns: 600 },
  );
  t.true(accepted > 500, `only ${accepted} of the mutations were taken in`);
});

test('each refusal has its reason, and is counted', t => {
  const kcp = new Kcp(options);
  const long = segment({}, bytes(1));
  t.is(kcp.receive(0, segment().subarray(0, HEADER_BYTES - 1)), 'too short');
  t.is(kcp.receive(0, new Uint8Array()), 'too short');
  t.is(kcp.receive(0, segment({ conversation: 1 })), 'other conversation');
  t.is(kcp.receive(0, long.subarray(0, HEADER_BYTES)), 'length past the end');
  t.is(kcp.receive(0, segment({ byteCount: 0xffff_ffff })), 'length past the end');
  t.is(kcp.receive(0, segment({ command: 80 })), 'unknown command');
  t.is(kcp.receive(0, segment({ command: 85 })), 'unknown command');
  t.is(kcp.counters.datagramsRefused, 7);
  t.is(kcp.deadline(), undefined, 'nothing is answered');
});

test('what comes before the segment at fault counts, bytes too few for a header are passed over', t => {
  const kcp = new Kcp(options);
  const good = segment({ sequence: 0 }, bytes(7));
  t.is(kcp.receive(0, Buffer.concat([good, segment({ command: 1 })])), 'unknown command');
  t.deepEqual(kcp.pollMessage(), bytes(7));
  t.is(kcp.receive(0, Buffer.concat([segment({ sequence: 1 }, bytes(8)), new Uint8Array(23)])), undefined);
  t.deepEqual(kcp.pollMessage(), bytes(8));
});

for (const firstSequence of starts) {
  test(`segments outside the window are dropped, those past it without an answer, from ${firstSequence} on`, t => {
    const kcp = new Kcp({ ...options, firstSequence });
    const at = (steps: number) => segment({ sequence: (firstSequence + steps) >>> 0 }, new Uint8Array(1000));
    for (const steps of [128, 129, 1000, 2 ** 31 - 1]) t.is(kcp.receive(0, at(steps)), undefined);
    t.is(kcp.counters.pastWindow, 4);
    t.is(kcp.deadline(), undefined);
    for (const steps of [-1, -1000, 2 ** 31 + 200]) t.is(kcp.receive(0, at(steps)), undefined);
    t.is(kcp.counters.duplicates, 3);
    t.is(kcp.unreadSegments, 0);
    for (let steps = 127; steps >= 0; steps -= 1) kcp.receive(0, at(steps));
    t.is(kcp.unreadSegments, 128);
    t.is(kcp.nextExpected, (firstSequence + 128) >>> 0);
  });
}

test('a flood between two flushes is answered up to a limit', t => {
  const kcp = new Kcp(options);
  const same = segment({ sequence: 0 }, bytes(1));
  const flood = Buffer.concat(new Array<Uint8Array>(1000).fill(same));
  for (let i = 0; i < 70; i += 1) kcp.receive(0, flood);
  kcp.advance(0);
  const answers = datagramsOf(kcp).reduce((sum, { length }) => sum + length / HEADER_BYTES, 0);
  t.is(answers, 65_536);
  t.is(kcp.unreadSegments, 1);
});

test('acknowledgements of what was never sent do nothing', t => {
  const kcp = new Kcp(options);
  kcp.send(0, bytes(1));
  kcp.advance(0);
  for (const sequence of [1, 63, 64, 2 ** 31, 0xffff_ffff])
    kcp.receive(20, segment({ command: 82, sequence, timestampMs: 0 }));
  t.is(kcp.waitingSegments, 1);
  t.is(kcp.firstUnacknowledged, 0);
});
