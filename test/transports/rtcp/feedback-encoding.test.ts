import test from 'ava';
import fc from 'fast-check';
import { RtcpPacketConverter, type RtcpTransportLayerFeedback, type TransportWideCC } from 'werift';
import {
  buildTransportFeedback,
  referenceUnitMs,
  ticksPerMs,
} from '../../../transports/rtcp/build-transport-feedback.ts';
import { parseRtcp } from '../../../transports/rtcp/parse.ts';
import { after, sequenceStarts } from '../rtp/sequence-starts.ts';
import { hex } from './samples.ts';

const header = { senderSsrc: 1, mediaSsrc: 2, baseSequenceNumber: 5, feedbackCount: 7 };
const lost = Number.NaN;

/** Arrivals in ticks: some lost, most a little after the one before, some long after or before it. */
const arrivals = fc
  .tuple(
    fc.nat(1e7),
    fc.array(
      fc.oneof(
        { weight: 4, arbitrary: fc.integer({ min: 0, max: 300 }) },
        { weight: 2, arbitrary: fc.constant(lost) },
        { weight: 1, arbitrary: fc.integer({ min: -900, max: 30_000 }) },
      ),
      { minLength: 1, maxLength: 300 },
    ),
    fc.array(fc.tuple(fc.nat(300), fc.nat(60)), { maxLength: 3 }),
  )
  .map(([start, steps, gaps]) => {
    for (const [at, length] of gaps) steps.fill(lost, at, at + length);
    let ticks = start + 1e6;
    return Float64Array.from(steps, step => {
      if (!Number.isNaN(step)) ticks += step;
      return Number.isNaN(step) ? lost : ticks;
    });
  });

test('a run of packets is one chunk and small deltas', t => {
  const built = buildTransportFeedback(header, Float64Array.of(256 * 3 + 4, 256 * 3 + 8, 256 * 3 + 8));
  t.deepEqual(built, {
    bytes: hex('8fcd 0006 00000001 00000002 0005 0003 000003 07 2003 040400 000000'),
    statusCount: 3,
  });
});

test('losses, small and large deltas go into the vectors that hold them', t => {
  // Received and lost in turn: one vector of one-bit symbols.
  const oneBit = buildTransportFeedback(header, Float64Array.of(0, lost, 4, lost, 8));
  t.deepEqual(oneBit?.bytes, hex('8fcd 0006 00000001 00000002 0005 0005 000000 07 aa00 000404 000000'));
  // A step back, and one past 255 ticks: two-bit symbols.
  const twoBit = buildTransportFeedback(header, Float64Array.of(10, lost, 9, 265, 264));
  t.deepEqual(
    twoBit?.bytes,
    hex('8fcd 0007 00000001 00000002 0005 0005 000000 07 d2a0 0a ffff 0100 ffff 000000'),
  );
});

test('says nothing when nothing was received, and ends with the last packet received', t => {
  t.is(buildTransportFeedback(header, Float64Array.of(lost, lost)), undefined);
  t.is(buildTransportFeedback(header, new Float64Array(0)), undefined);
  t.is(buildTransportFeedback(header, Float64Array.of(lost, 1, lost, lost))?.statusCount, 2);
});

test('ends where a step is too long for a delta', t => {
  t.is(buildTransportFeedback(header, Float64Array.of(0, 0x7fff, 0xffff))?.statusCount, 2);
  t.is(buildTransportFeedback(header, Float64Array.of(0x8000, 0, 0))?.statusCount, 3);
  t.is(buildTransportFeedback(header, Float64Array.of(0x8001, lost, 0))?.statusCount, 1);
});

test('never grows past one datagram', t => {
  const swinging = Float64Array.from({ length: 1024 }, (_, index) => 1e6 + (index % 2) * 1000);
  const built = buildTransportFeedback(header, swinging)!;
  t.is(built.statusCount, 440);
  t.true(built.bytes.length <= 1200);
  const scattered = Float64Array.from({ length: 1024 }, (_, index) =>
    index % 3 === 0 ? 1e6 + index * 300 : lost,
  );
  t.true(buildTransportFeedback(header, scattered)!.bytes.length <= 1200);
});

test('the reference time is modulo 2^24, the base modulo 2^16', t => {
  const ticks = 2 ** 24 * referenceUnitMs * ticksPerMs + 256 + 4;
  const [feedback] = parseRtcp(
    buildTransportFeedback({ ...header, baseSequenceNumber: 65_536 + 3 }, Float64Array.of(ticks))!.bytes,
  )!;
  t.like(feedback, { baseSequenceNumber: 3, arrivals: [{ sequenceNumber: 3, atMs: 65 }] });
});

test('what we read back is what arrived, from any start', t => {
  fc.assert(
    fc.property(arrivals, fc.constantFrom(...sequenceStarts), (ticks, start) => {
      const built = buildTransportFeedback({ ...header, baseSequenceNumber: start }, ticks);
      if (built === undefined) return ticks.every(one => Number.isNaN(one));
      const expected = [...ticks.subarray(0, built.statusCount)].flatMap((one, step) =>
        Number.isNaN(one) ? [] : [{ sequenceNumber: after(start, step), atMs: one / ticksPerMs }],
      );
      t.deepEqual(parseRtcp(built.bytes), [
        {
          kind: 'transport-feedback',
          senderSsrc: 1,
          mediaSsrc: 2,
          baseSequenceNumber: start,
          statusCount: built.statusCount,
          feedbackCount: 7,
          arrivals: expected,
        },
      ]);
    }),
    { numRuns: 300 },
  );
});

test('another implementation reads the same chunks and deltas out of it', t => {
  fc.assert(
    fc.property(arrivals, ticks => {
      const built = buildTransportFeedback(header, ticks);
      if (built === undefined) return;
      const [packet] = RtcpPacketConverter.deSerialize(Buffer.from(built.bytes));
      const theirs = (packet as RtcpTransportLayerFeedback).feedback as TransportWideCC;
      t.like(theirs, { baseSequenceNumber: 5, packetStatusCount: built.statusCount, fbPktCount: 7 });
      const statuses = theirs.packetChunks.flatMap(chunk =>
        'symbolList' in chunk ? chunk.symbolList : Array<number>(chunk.runLength).fill(chunk.packetStatus),
      );
      const covered = [...ticks.subarray(0, built.statusCount)];
      t.deepEqual(
        statuses.slice(0, built.statusCount).map(status => status !== 0),
        covered.map(one => !Number.isNaN(one)),
      );
      let atMicros = theirs.referenceTime * 64_000;
      t.deepEqual(
        theirs.recvDeltas.map(({ delta }) => (atMicros += delta)),
        covered.filter(one => !Number.isNaN(one)).map(one => one * 250),
      );
    }),
    { numRuns: 100 },
  );
});
