import test from 'ava';
import fc from 'fast-check';
import {
  buildDelaySinceLastReceiverReport,
  buildFir,
  buildGoodbye,
  buildNack,
  buildPli,
  buildReceiverReferenceTime,
  buildReceiverReport,
  buildRemb,
  buildSdes,
  buildSenderReport,
  compound,
} from '../../../transports/rtcp/build.ts';
import { parseRtcp } from '../../../transports/rtcp/parse.ts';
import { after, sequenceStarts } from '../rtp/sequence-starts.ts';
import { hex, reportBlock, senderReport, uint32 } from './samples.ts';

const runs = { numRuns: 100 };

test('reports come back as they were', t => {
  fc.assert(
    fc.property(senderReport, report => {
      t.deepEqual(parseRtcp(buildSenderReport(report)), [{ kind: 'sender-report', ...report }]);
    }),
    runs,
  );
  fc.assert(
    fc.property(uint32, fc.array(reportBlock, { maxLength: 31 }), (ssrc, reports) => {
      t.deepEqual(parseRtcp(buildReceiverReport(ssrc, reports)), [
        { kind: 'receiver-report', ssrc, reports },
      ]);
    }),
    runs,
  );
});

test('a sender report needs no blocks, and no report takes more than 31', t => {
  const [report] = fc.sample(senderReport, { seed: 2, numRuns: 1 });
  const { reports: _, ...without } = report!;
  t.is(buildSenderReport(without).length, 28);
  const blocks = fc.sample(reportBlock, { seed: 2, numRuns: 40 });
  t.like(parseRtcp(buildReceiverReport(1, blocks))?.[0], { reports: blocks.slice(0, 31) });
});

test('a canonical name of any length comes back', t => {
  for (let length = 0; length <= 255; length += 1) {
    const cname = 'n'.repeat(length);
    t.deepEqual(parseRtcp(buildSdes(5, cname)), [
      { kind: 'source-description', chunks: [{ ssrc: 5, cname }] },
    ]);
  }
  t.like(parseRtcp(buildSdes(5, 'n'.repeat(300)))?.[0], { chunks: [{ ssrc: 5, cname: 'n'.repeat(255) }] });
});

test('a goodbye comes back, and no one takes more than 31 sources', t => {
  const ssrcs = Array.from({ length: 40 }, (_, index) => 0xffffffff - index);
  t.deepEqual(parseRtcp(buildGoodbye(ssrcs)), [{ kind: 'goodbye', ssrcs: ssrcs.slice(0, 31) }]);
});

test('a NACK packs what lies near into one entry, from any start', t => {
  t.deepEqual(
    buildNack(1, 2, [65_534, 65_535, 0, 14, 100]),
    hex('81cd0004 00000001 00000002 fffe8003 00640000'),
  );
  for (const start of sequenceStarts) {
    const sequenceNumbers = [0, 1, 16, 17, 40, 57].map(step => after(start, step));
    const bytes = buildNack(1, 2, sequenceNumbers);
    t.is(bytes.length, 12 + 4 * 4);
    t.deepEqual(parseRtcp(bytes), [{ kind: 'nack', senderSsrc: 1, mediaSsrc: 2, sequenceNumbers }]);
  }
});

test('a NACK of any numbers in any order asks for exactly those', t => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.nat(0xffff), { maxLength: 200 }), numbers => {
      const [nack] = parseRtcp(buildNack(1, 2, numbers))!;
      if (nack?.kind !== 'nack') return false;
      const asked = [...nack.sequenceNumbers].sort((a, b) => a - b);
      return JSON.stringify(asked) === JSON.stringify([...numbers].sort((a, b) => a - b));
    }),
    runs,
  );
  t.pass();
});

test('requests for a keyframe come back', t => {
  t.deepEqual(parseRtcp(buildPli(0xffffffff, 2)), [
    { kind: 'picture-loss-indication', senderSsrc: 0xffffffff, mediaSsrc: 2 },
  ]);
  t.deepEqual(parseRtcp(buildFir(1, 0x80000000, 255)), [
    { kind: 'full-intra-request', senderSsrc: 1, requests: [{ ssrc: 0x80000000, commandSequence: 255 }] },
  ]);
});

test('an estimate comes back to 18 bits, never higher', t => {
  fc.assert(
    fc.property(
      fc.double({ min: 0, max: 1e12, noNaN: true }),
      fc.array(uint32, { maxLength: 4 }),
      (bps, ssrcs) => {
        const [estimate] = parseRtcp(buildRemb(1, bps, ssrcs))!;
        if (estimate?.kind !== 'receiver-estimate') return false;
        t.deepEqual(estimate.ssrcs, ssrcs);
        return estimate.bitrateBps <= bps && estimate.bitrateBps >= Math.floor(bps) * (1 - 2 ** -17);
      },
    ),
    runs,
  );
});

test('extended reports come back', t => {
  const ntp = { seconds: 0xfffffffe, fraction: 0x80000001 };
  t.deepEqual(parseRtcp(buildReceiverReferenceTime(3, ntp)), [
    { kind: 'extended-report', ssrc: 3, blocks: [{ kind: 'receiver-reference-time', ntp }] },
  ]);
  const reports = [1, 2].map(ssrc => ({
    ssrc,
    lastReceiverReport: 0xf0000000,
    delaySinceLastReceiverReport: 9,
  }));
  t.deepEqual(parseRtcp(buildDelaySinceLastReceiverReport(3, reports)), [
    { kind: 'extended-report', ssrc: 3, blocks: [{ kind: 'delay-since-last-receiver-report', reports }] },
  ]);
});

test('a compound holds its parts in their order', t => {
  const parts = [buildReceiverReport(1, []), buildSdes(1, 'a'), buildPli(1, 2)];
  t.deepEqual(
    parseRtcp(compound(parts))?.map(packet => packet.kind),
    ['receiver-report', 'source-description', 'picture-loss-indication'],
  );
});
