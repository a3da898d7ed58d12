import test from 'ava';
import { Kcp } from '../../../transports/kcp/kcp.ts';
import { Pair } from './pair.ts';
import { bytes, CONVERSATION, datagramsOf, segment } from './segments.ts';
import { starts } from './sequence-starts.ts';

const options = { conversation: CONVERSATION, intervalMs: 10, nodelay: 1, congestionControl: false } as const;

test('an association that has nothing to do sleeps', t => {
  const kcp = new Kcp(options);
  t.is(kcp.deadline(), undefined);
  kcp.advance(5);
  t.is(kcp.deadline(), undefined);
});

for (const startMs of starts) {
  test(`what is sent goes out with the next flush, one interval after the last, from clock ${startMs} on`, t => {
    const kcp = new Kcp(options);
    kcp.send(startMs + 0.7, bytes(1));
    t.deepEqual(kcp.deadline(), { atMs: startMs, reason: 'send' });
    kcp.advance(startMs + 0.9);
    t.is(datagramsOf(kcp).length, 1);
    t.deepEqual(kcp.deadline(), { atMs: startMs + 10, reason: 'resend' });
    kcp.send(startMs + 3, bytes(2));
    t.deepEqual(kcp.deadline(), { atMs: startMs + 10, reason: 'send' });
    kcp.advance(startMs + 9);
    t.is(datagramsOf(kcp).length, 0);
    kcp.advance(startMs + 10);
    t.is(datagramsOf(kcp).length, 1);
  });
}

test('after a long sleep a message goes out at once', t => {
  const kcp = new Kcp(options);
  kcp.advance(0);
  kcp.send(1_000_000, bytes(1));
  t.true(kcp.deadline()!.atMs <= 1_000_000);
  kcp.advance(1_000_000);
  t.is(datagramsOf(kcp).length, 1);
  t.is(kcp.deadline()!.atMs, 1_000_010);
});

test('a clock that was set back does not stop the flushes', t => {
  const kcp = new Kcp(options);
  kcp.send(50_000, bytes(1));
  kcp.advance(50_000);
  kcp.send(1000, bytes(2));
  kcp.advance(1000);
  t.is(datagramsOf(kcp).length, 2);
});

test('each thing to do is a reason', t => {
  const kcp = new Kcp(options);
  kcp.receive(0, segment({ command: 84, windowSegments: 0 }));
  t.is(kcp.deadline()?.reason, 'ask window');
  kcp.receive(0, segment({ command: 83 }));
  t.is(kcp.deadline()?.reason, 'tell window');
  kcp.receive(0, segment());
  t.is(kcp.deadline()?.reason, 'acknowledgements');
});

test('to advance at the deadline moves the deadline on, whatever is going on', t => {
  const pair = new Pair({
    options,
    link: { loss: 0.2, duplicate: 0.1, delayMs: [5, 40] },
    seed: 31,
  });
  for (let i = 0; i < 60; i += 1) pair.send(0, new Uint8Array(900).fill(i));
  for (let i = 0; i < 2000; i += 1) {
    pair.step();
    for (const kcp of pair.ends) {
      const deadline = kcp.deadline();
      if (deadline !== undefined)
        t.true(deadline.atMs >= pair.nowMs, `${deadline.reason} at ${deadline.atMs}`);
    }
  }
  t.is(pair.delivered[1].length, 60);
});
