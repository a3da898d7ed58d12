import test from 'ava';
import fc from 'fast-check';
import {
  buildDelaySinceLastReceiverReport,
  buildFir,
  buildGoodbye,
  buildNack,
  buildReceiverReferenceTime,
  buildRemb,
  buildSdes,
  buildSenderReport,
  compound,
} from '../../../transports/rtcp/build.ts';
import { buildTransportFeedback } from '../../../transports/rtcp/build-transport-feedback.ts';
import { parseRtcp } from '../../../transports/rtcp/parse.ts';
import { mutated, mutationRuns } from '../rtp/mutated.ts';
import { hex, reportBlock, senderReport } from './samples.ts';

const refused: Record<string, string> = {
  'an empty datagram': '',
  'half a header': '80c9',
  'another version': '40c9 0001 00000001',
  'a length past the end': '80c9 0002 00000001',
  'a tail that is no packet': '80c9 0001 00000001 80',
  'padding of no bytes': 'a0c9 0002 00000001 00000000',
  'padding that is no whole words': 'a0c9 0002 00000001 00000003',
  'padding over the header': 'a0c9 0001 00000008',
  'a sender report without its sender': '80c8 0001 00000001',
  'a report block cut short': '81c9 0006 00000001 00000007 40fffffe 00010005 00000063 b44d0000',
  'a receiver report without SSRC': '80c9 0000',
  'a description with fewer chunks than it says': '82ca 0002 00000001 00000000',
  'a description item past the end': '81ca 0002 00000001 01ff6162',
  'a description item of half a header': '81ca 0002 00000001 01016101',
  'a description without its end': '81ca 0002 00000001 01026162',
  'a goodbye of more sources than there are': '82cb 0001 00000001',
  'a NACK without its SSRCs': '81cd 0001 00000001',
  'a PLI without its media': '81ce 0001 00000001',
  'half a full intra request': '84ce 0003 00000001 00000000 00000002',
  'an estimate of more sources than there are': '8fce 0005 00000001 00000000 52454d42 02 0fffff 00000009',
  'an estimate cut short': '8fce 0003 00000001 00000000 52454d42',
  'an extended report without SSRC': '80cf 0000',
  'an extended block past the end': '80cf 0002 00000001 04000002',
  'a reference time of another length': '80cf 0003 00000001 04000001 df8bb44d',
  'half a delay report': '80cf 0003 00000001 05000001 df8bb44d',
  'feedback cut short': '8fcd 0003 00000001 00000002 00010001',
  'feedback on nothing': '8fcd 0005 00000001 00000002 00010000 00000100 20010400',
  'feedback without its chunks': '8fcd 0004 00000001 00000002 00010001 00000100',
  'feedback without its deltas': '8fcd 0005 00000001 00000002 00010003 00000100 20030404',
  'half a large delta': '8fcd 0005 00000001 00000002 00010002 00000100 d80004ff',
  'the reserved status': '8fcd 0005 00000001 00000002 00010001 00000100 60010400',
};

for (const [what, text] of Object.entries(refused)) {
  test(`refuses ${what}`, t => {
    t.is(parseRtcp(hex(text)), undefined);
  });
}

test('one bad packet spoils its datagram', t => {
  t.is(parseRtcp(hex('80c9 0001 00000001 81ce 0001 00000001')), undefined);
});

test('a datagram yields no more than 1024 sequence numbers to send again', t => {
  const all = Array.from({ length: 900 }, (_, index) => index);
  const nacks = [buildNack(1, 2, all), buildNack(1, 2, all), buildNack(1, 2, all)];
  const counts = parseRtcp(compound(nacks))?.map(packet =>
    packet.kind === 'nack' ? packet.sequenceNumbers.length : -1,
  );
  t.deepEqual(counts, [900, 124, 0]);
});

test('feedback that claims 65535 packets received in a few bytes is refused', t => {
  const body = '8fcd 000a 00000001 00000002 0000 ffff 000000 00'.concat('3fff'.repeat(12));
  t.is(parseRtcp(hex(body)), undefined);
});

test('survives any datagram, and makes of it no more than it holds', t => {
  const [report] = fc.sample(senderReport, { seed: 1, numRuns: 1 });
  const blocks = fc.sample(reportBlock, { seed: 1, numRuns: 2 });
  const samples = [
    compound([buildSenderReport({ ...report!, reports: blocks }), buildSdes(1, 'stream')]),
    compound([buildNack(1, 2, [3, 5, 99]), buildFir(1, 2, 3), buildGoodbye([1, 2])]),
    compound([buildRemb(1, 1e6, [2]), buildReceiverReferenceTime(1, { seconds: 2, fraction: 3 })]),
    buildDelaySinceLastReceiverReport(1, [
      { ssrc: 1, lastReceiverReport: 2, delaySinceLastReceiverReport: 3 },
    ]),
    buildTransportFeedback(
      { senderSsrc: 1, mediaSsrc: 2, baseSequenceNumber: 65_530, feedbackCount: 0 },
      Float64Array.of(4, Number.NaN, 8, 2000, 2001, Number.NaN, Number.NaN, 1999, 2010, 2011),
    )!.bytes,
  ];
  for (const sample of samples) t.truthy(parseRtcp(sample));
  fc.assert(
    fc.property(mutated(samples), bytes => {
      const packets = parseRtcp(bytes);
      if (packets === undefined) return true;
      // Nothing that we read grows more than fifty characters of text for each byte of it.
      return packets.length > 0 && JSON.stringify(packets).length <= 50 * bytes.length;
    }),
    mutationRuns,
  );
});
