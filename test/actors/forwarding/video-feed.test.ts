import test from 'ava';
import fc from 'fast-check';
import { isWorthServing, type Past, VideoFeed } from '../../../actors/forwarding/video-feed.ts';

const PACKET_BYTES = 1200;
const TICKS_PER_MS = 90;

/** Three seconds of 2.5 Mbit/s. */
const long = { bytes: 937_500, durationMs: 3000, liveTimestamp: 1, bytesPerMs: 312.5 };

/** A stream whose packets come evenly, caught up with from packet 0. */
function catchUp(kbps: number, pastMs: number) {
  const bytesPerMs = kbps / 8;
  const packetMs = PACKET_BYTES / bytesPerMs;
  const packets = Math.ceil(pastMs / packetMs);
  const past: Past = {
    from: 0,
    bytes: packets * PACKET_BYTES,
    durationMs: pastMs,
    liveTimestamp: pastMs * TICKS_PER_MS,
    bytesPerMs,
  };
  const feed = new VideoFeed();
  feed.begin(0, past);
  const sent: { atMs: number; timestamp: number; madeAtMs: number }[] = [];
  let nowMs = 0;
  while (feed.state === 'catching up' && nowMs < 10_000) {
    const newest = packets - 1 + Math.floor(nowMs / packetMs);
    const kept = { oldest: 0, newest, bytesPerMs };
    for (let number = feed.next(nowMs, kept); number !== undefined; ) {
      if (number === 'lost') throw new Error('nothing was lost');
      const madeAtMs = number * packetMs - pastMs;
      sent.push({ atMs: nowMs, madeAtMs, timestamp: feed.timestamp((madeAtMs + pastMs) * TICKS_PER_MS) });
      feed.sent(PACKET_BYTES);
      number = feed.next(nowMs, kept);
    }
    nowMs = feed.deadline()?.atMs ?? nowMs;
  }
  return { feed, sent, nowMs };
}

for (const kbps of [100, 350, 2500, 8000]) {
  for (const pastMs of [0, 40, 1000, 3000]) {
    test(`${pastMs} ms of ${kbps} kbit/s: the viewer is soon at the live edge, in step, and not overrun`, t => {
      const { feed, sent, nowMs } = catchUp(kbps, pastMs);
      t.is(feed.state, 'live');
      t.true(nowMs <= 1500, `caught up after ${nowMs} ms`);
      sent.forEach((one, i) => {
        if (i > 0) t.true(one.timestamp > sent[i - 1]!.timestamp);
        // Stamped as if made as fast as it is sent: its time by the stamp is close to when it goes out.
        const stampedMs = one.timestamp / TICKS_PER_MS - pastMs;
        const leadMs = Math.max((sent.at(-1)?.atMs ?? 0) + 40, pastMs / 16);
        t.true(stampedMs >= -leadMs - 5, `stamped ${stampedMs} ms`);
      });
      const rateMax = Math.max(4 * kbps, 3000);
      for (let i = 0; i + 40 < sent.length; i += 10) {
        const overMs = sent[i + 40]!.atMs - sent[i]!.atMs;
        t.true((40 * PACKET_BYTES * 8) / (overMs + 12) <= rateMax * 1.1, `40 packets within ${overMs} ms`);
      }
    });
  }
}

test('timestamps grow whatever the past was, and from the live edge on they are the stream’s own', t => {
  const pasts = fc.record({
    bytes: fc.integer({ min: 100, max: 5_000_000 }),
    durationMs: fc.integer({ min: 0, max: 3000 }),
  });
  fc.assert(
    fc.property(pasts, fc.integer({ min: 300_000, max: 2 ** 33 }), ({ bytes, durationMs }, liveTimestamp) => {
      const feed = new VideoFeed();
      feed.begin(0, {
        from: 0,
        bytes,
        durationMs,
        liveTimestamp,
        bytesPerMs: bytes / Math.max(1, durationMs),
      });
      let before = Number.NEGATIVE_INFINITY;
      for (let behindMs = durationMs; behindMs >= -100; behindMs -= 33) {
        const timestamp = feed.timestamp(liveTimestamp - behindMs * TICKS_PER_MS);
        if (timestamp <= before) throw new Error('time went back, or stood still');
        if (behindMs <= 0 && timestamp !== liveTimestamp - behindMs * TICKS_PER_MS)
          throw new Error('not its own');
        before = timestamp;
      }
    }),
  );
  t.pass();
});

test('a keyframe brings any viewer to the live edge; without one, who waits gets nothing', t => {
  const feed = new VideoFeed();
  t.false(feed.takes(true), 'its media may not flow yet');
  feed.begin(0, undefined);
  t.false(feed.takes(false));
  t.true(feed.takes(true));
  t.true(feed.takes(false));

  const behind = new VideoFeed();
  behind.begin(0, { ...long, from: 0 });
  t.false(behind.takes(false));
  t.true(behind.takes(true));
  t.is(behind.state, 'live');
});

test('a link that loses what it is sent is sent less at a time, but never less than keeps up', t => {
  const feed = new VideoFeed();
  feed.begin(0, { ...long, from: 0 });
  const bytesIn100Ms = (fromMs: number) => {
    let bytes = 0;
    for (let nowMs = fromMs; nowMs < fromMs + 100; nowMs += 5) {
      while (typeof feed.next(nowMs, { oldest: 0, newest: 1e6, bytesPerMs: long.bytesPerMs }) === 'number') {
        feed.sent(PACKET_BYTES);
        bytes += PACKET_BYTES;
      }
    }
    return bytes;
  };
  const before = bytesIn100Ms(0);
  feed.slowDown();
  const after = bytesIn100Ms(100);
  t.true(after < before * 0.65, `${before} then ${after} bytes`);
  for (let i = 0; i < 20; i += 1) feed.slowDown();
  t.true(bytesIn100Ms(200) > long.bytesPerMs * 100);
});

test('a past that cannot soon be caught up with is not begun with', t => {
  const past = (kbps: number, durationMs: number): Past => ({
    from: 0,
    bytes: (kbps / 8) * durationMs,
    durationMs,
    liveTimestamp: 1e6,
    bytesPerMs: kbps / 8,
  });
  t.true(isWorthServing(past(350, 6000)));
  t.true(isWorthServing(past(2500, 4000)));
  t.false(isWorthServing(past(2500, 6000)));
  t.true(isWorthServing(past(8000, 2000)));
  t.false(isWorthServing(past(8000, 4000)));
  t.true(isWorthServing(past(30_000, 0)), 'a keyframe alone is no past');
});

test('what is not kept any more cannot be caught up with, and a viewer that is too slow is told', t => {
  const feed = new VideoFeed();
  feed.begin(0, { ...long, from: 10 });
  const { bytesPerMs } = long;
  t.is(feed.next(0, { oldest: 11, newest: 500, bytesPerMs }), 'lost');
  t.is(feed.next(0, { oldest: 0, newest: -1, bytesPerMs }), 'lost', 'the history is another one');
  t.false(feed.isTooSlow(4999));
  t.true(feed.isTooSlow(5000));
  feed.restart();
  t.is(feed.state, 'awaiting keyframe');
});
