import test from 'ava';
import fc from 'fast-check';
import { type Arrival, IncomingTrack } from '../../../actors/forwarding/incoming-track.ts';
import { parseRtp } from '../../../transports/rtp/packet.ts';
import type { IncomingMedia } from '../../../transports/sdp/port.ts';
import { rtpBytes } from '../../transports/rtp/packets.ts';
import { after, sequenceStarts } from '../../transports/rtp/sequence-starts.ts';

const media: IncomingMedia = {
  kind: 'video',
  mid: '1',
  payloads: [
    { payloadType: 96, codecId: 'vp8' },
    { payloadType: 97, codecId: 'vp8', apt: 96 },
  ],
  extensions: {},
  nack: true,
};

interface Sent {
  readonly ssrc?: number;
  readonly sequenceNumber: number;
  readonly timestamp?: number;
}

function receive(track: IncomingTrack, nowMs: number, sent: Sent): Arrival | undefined {
  const { sequenceNumber, timestamp = nowMs * 90, ssrc = 1 } = sent;
  const parts = { payloadType: 96, ssrc, sequenceNumber: sequenceNumber & 0xffff };
  return track.receive(nowMs, parseRtp(rtpBytes({ ...parts, timestamp: timestamp >>> 0 }))!);
}

test('two SSRCs that take turns change the source no more than once a second', t => {
  const track = new IncomingTrack(media);
  const sources = new Set<object>();
  for (let i = 0; i < 1000; i += 1) {
    const arrival = receive(track, i * 10, { ssrc: 1 + (i % 2), sequenceNumber: i });
    if (arrival !== undefined) sources.add(arrival.source);
  }
  t.true(sources.size <= 11, `${sources.size} sources in 10 s`);
  t.true(track.packetsOfOtherSources >= 480);
});

test('a late packet of the SSRC before does not end the one that took over', t => {
  const track = new IncomingTrack(media);
  receive(track, 0, { ssrc: 1, sequenceNumber: 10 });
  const first = receive(track, 10, { ssrc: 2, sequenceNumber: 500 })!;
  t.true(first.afterLongGap);
  t.is(receive(track, 20, { ssrc: 1, sequenceNumber: 9 }), undefined);
  t.is(receive(track, 30, { ssrc: 2, sequenceNumber: 501 })!.source, first.source);
  t.is(track.packetsOfOtherSources, 1);
});

test('after a gap too long to fill, numbers go on without it and the clock with it', t => {
  for (const start of sequenceStarts) {
    const track = new IncomingTrack(media);
    const before = receive(track, 0, { sequenceNumber: start, timestamp: 0xffff_ff00 })!;
    const gap = receive(track, 8000, {
      sequenceNumber: after(start, 5000),
      timestamp: 0xffff_ff00 + 8000 * 90,
    })!;
    t.true(gap.afterLongGap);
    t.is(gap.source, before.source);
    t.is(gap.sequenceNumber, before.sequenceNumber + 1);
    t.is(gap.timestamp, before.timestamp + 8000 * 90);
    const next = receive(track, 8033, { sequenceNumber: after(start, 5002) })!;
    t.is(next.sequenceNumber, before.sequenceNumber + 3);
    t.false(next.afterLongGap);
  }
});

test('a sender that begins anew under its SSRC, timestamps and all, is another source', t => {
  const track = new IncomingTrack(media);
  const before = receive(track, 0, { sequenceNumber: 9000, timestamp: 1000 })!;
  t.is(receive(track, 100, { sequenceNumber: 100, timestamp: 2_000_000_000 }), undefined);
  const anew = receive(track, 133, { sequenceNumber: 101, timestamp: 2_000_003_000 })!;
  t.true(anew.afterLongGap);
  t.not(anew.source, before.source);
  const next = receive(track, 166, { sequenceNumber: 102, timestamp: 2_000_006_000 })!;
  t.is(next.sequenceNumber, anew.sequenceNumber + 1);
  t.is(next.timestamp, anew.timestamp + 3000);
});

test('reports go on over a gap: every packet counts, and so does what was lost', t => {
  const track = new IncomingTrack(media);
  for (let i = 0; i < 10; i += 1) receive(track, i * 10, { sequenceNumber: i });
  for (let i = 0; i < 10; i += 1) receive(track, 8000 + i * 10, { sequenceNumber: 2000 + i });
  t.like(track.reportBlock(8100), { ssrc: 1, extendedHighest: 2009, cumulativeLost: 1990 });
});

test('the packet that begins another source counts in its reports', t => {
  const track = new IncomingTrack(media);
  receive(track, 0, { sequenceNumber: 9000, timestamp: 0 });
  receive(track, 100, { sequenceNumber: 100, timestamp: 2_000_000_000 });
  receive(track, 133, { sequenceNumber: 101, timestamp: 2_000_003_000 });
  t.like(track.reportBlock(200), { extendedHighest: 101, cumulativeLost: 0 });
});

test('what comes on the SSRC of retransmissions is reported too, whatever it brings; until then there is no report', t => {
  const track = new IncomingTrack(media);
  receive(track, 0, { sequenceNumber: 10 });
  t.is(track.retransmissionReportBlock(), undefined);
  const retransmitted = (ssrc: number, sequenceNumber: number) => {
    const parts = { payloadType: 97, ssrc, sequenceNumber, payload: [0, 10, 1, 2, 3] };
    track.receive(10, parseRtp(rtpBytes(parts))!);
  };
  retransmitted(3, 700);
  retransmitted(3, 702);
  const block = { ssrc: 3, extendedHighest: 702, cumulativeLost: 1, lastSenderReport: 0 };
  t.like(track.retransmissionReportBlock(), block);
  t.like(track.reportBlock(20), { ssrc: 1, extendedHighest: 10, cumulativeLost: 0 });
  retransmitted(4, 5);
  t.like(track.retransmissionReportBlock(), { ssrc: 4, extendedHighest: 5, cumulativeLost: 0 });
});

test('a stray retransmission far ahead moves nothing', t => {
  const track = new IncomingTrack(media);
  const before = receive(track, 0, { sequenceNumber: 10 })!;
  const stray = { payloadType: 97, ssrc: 3, sequenceNumber: 1, payload: [0x20, 0, 1, 2, 3] };
  t.is(track.receive(10, parseRtp(rtpBytes(stray))!), undefined);
  t.is(receive(track, 20, { sequenceNumber: 11 })!.sequenceNumber, before.sequenceNumber + 1);
});

test('whatever a sender does with its numbers, those of one source never collide', t => {
  const step = fc.record({ ahead: fc.integer({ min: -3000, max: 3000 }), stepMs: fc.nat(400) });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 80 }), fc.constantFrom(...sequenceStarts), (steps, start) => {
      const track = new IncomingTrack(media);
      const seen = new Map<object, Set<number>>();
      let sequenceNumber = start;
      let nowMs = 0;
      for (const { ahead, stepMs } of steps) {
        sequenceNumber += ahead;
        nowMs += stepMs;
        const arrival = receive(track, nowMs, { sequenceNumber });
        if (arrival === undefined) continue;
        const numbers = seen.get(arrival.source) ?? new Set();
        if (numbers.has(arrival.sequenceNumber)) return false;
        seen.set(arrival.source, numbers.add(arrival.sequenceNumber));
      }
      return true;
    }),
    { numRuns: 200 },
  );
  t.pass();
});
