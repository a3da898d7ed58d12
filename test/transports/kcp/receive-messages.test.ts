import test from 'ava';
import { Kcp } from '../../../transports/kcp/kcp.ts';
import { COMMAND } from '../../../transports/kcp/segment.ts';
import { bytes, CONVERSATION, datagramsOf, headersIn, segment } from './segments.ts';
import { starts } from './sequence-starts.ts';

const options = { conversation: CONVERSATION, intervalMs: 10 } as const;

for (const firstSequence of starts) {
  const at = (steps: number) => (firstSequence + steps) >>> 0;

  test(`fragments are put together in whatever order they come, from ${firstSequence} on`, t => {
    const kcp = new Kcp({ ...options, firstSequence });
    kcp.receive(0, segment({ sequence: at(2), fragmentsLeft: 0 }, bytes(5)));
    kcp.receive(0, segment({ sequence: at(1), fragmentsLeft: 1 }, bytes(3, 4)));
    t.is(kcp.pollMessage(), undefined);
    kcp.receive(0, segment({ sequence: at(0), fragmentsLeft: 2 }, bytes(1, 2)));
    kcp.receive(0, segment({ sequence: at(1), fragmentsLeft: 1 }, bytes(9, 9)));
    t.deepEqual(kcp.pollMessage(), bytes(1, 2, 3, 4, 5));
    t.is(kcp.pollMessage(), undefined);
    t.is(kcp.counters.duplicates, 1);
  });

  test(`every segment in the window is acknowledged, duplicates too, from ${firstSequence} on`, t => {
    const kcp = new Kcp({ ...options, firstSequence });
    for (const [steps, timestampMs] of [
      [1, 7],
      [0, 8],
      [0, 9],
    ] as const)
      kcp.receive(0, segment({ sequence: at(steps), timestampMs }, bytes(1)));
    t.like(kcp.deadline(), { reason: 'acknowledgements' });
    kcp.advance(0);
    const sent = datagramsOf(kcp).flatMap(datagram => headersIn(datagram));
    t.deepEqual(
      sent.map(({ command, sequence, timestampMs, nextExpected }) => [
        command,
        sequence,
        timestampMs,
        nextExpected,
      ]),
      [
        [COMMAND.acknowledge, at(1), 7, at(2)],
        [COMMAND.acknowledge, at(0), 8, at(2)],
        [COMMAND.acknowledge, at(0), 9, at(2)],
      ],
    );
    kcp.advance(10);
    t.deepEqual(datagramsOf(kcp), []);
  });
}

test('the window narrows as segments wait to be read, and the peer is told when there is room again', t => {
  const kcp = new Kcp(options);
  for (let sequence = 0; sequence < 128; sequence += 1)
    kcp.receive(0, segment({ sequence }, bytes(sequence)));
  kcp.advance(0);
  t.true(
    datagramsOf(kcp).every(datagram =>
      headersIn(datagram).every(({ windowSegments }) => windowSegments === 0),
    ),
  );
  t.is(kcp.deadline(), undefined);
  t.deepEqual(kcp.pollMessage(), bytes(0));
  t.like(kcp.deadline(), { atMs: 10, reason: 'tell window' });
  kcp.advance(10);
  t.like(headersIn(kcp.poll()!)[0], { command: COMMAND.tellWindow, windowSegments: 1 });
  t.deepEqual(kcp.pollMessage(), bytes(1));
  t.is(kcp.deadline(), undefined, 'only a full window that opens is worth telling');
});

test('who asks for the window is told', t => {
  const kcp = new Kcp(options);
  kcp.receive(0, segment({ command: COMMAND.askWindow }));
  kcp.advance(0);
  t.like(headersIn(kcp.poll()!)[0], { command: COMMAND.tellWindow, windowSegments: 128 });
});

test('a sender whose peer has no room asks for the window', t => {
  const kcp = new Kcp(options);
  kcp.receive(0, segment({ command: COMMAND.tellWindow, windowSegments: 0 }));
  kcp.send(0, bytes(1));
  const asks: number[] = [];
  for (let nowMs = 0; nowMs < 13_000; nowMs += 10) {
    kcp.advance(nowMs);
    for (const datagram of datagramsOf(kcp)) {
      t.is(headersIn(datagram)[0]!.command, COMMAND.askWindow);
      asks.push(nowMs);
    }
  }
  t.deepEqual(asks, [5000, 12_500]);
});
