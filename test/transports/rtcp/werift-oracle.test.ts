import test from 'ava';
import fc from 'fast-check';
import {
  GenericNack,
  PictureLossIndication,
  ReceiverEstimatedMaxBitrate,
  RtcpPacketConverter,
  RtcpPayloadSpecificFeedback,
  RtcpReceiverInfo,
  RtcpRrPacket,
  RtcpSenderInfo,
  RtcpSourceDescriptionPacket,
  RtcpSrPacket,
  RtcpTransportLayerFeedback,
} from 'werift';
import {
  buildNack,
  buildPli,
  buildReceiverReport,
  buildRemb,
  buildSdes,
  buildSenderReport,
  compound,
} from '../../../transports/rtcp/build.ts';
import type { ReportBlock } from '../../../transports/rtcp/packets.ts';
import { parseRtcp } from '../../../transports/rtcp/parse.ts';
import { reportBlock, senderReport } from './samples.ts';

const runs = { numRuns: 50 };

function oracleBlock(block: ReportBlock): RtcpReceiverInfo {
  return new RtcpReceiverInfo({
    ssrc: block.ssrc,
    fractionLost: block.fractionLost,
    packetsLost: block.cumulativeLost,
    highestSequence: block.extendedHighest,
    jitter: block.jitter,
    lsr: block.lastSenderReport,
    dlsr: block.delaySinceLastSenderReport,
  });
}

// werift reads the cumulative loss without its sign.
const block = reportBlock.map(one => ({ ...one, cumulativeLost: Math.abs(one.cumulativeLost) & 0x7fffff }));
const blocks = fc.array(block, { minLength: 1, maxLength: 3 });

test('reports and descriptions have the bytes that another implementation gives them', t => {
  fc.assert(
    fc.property(senderReport, blocks, fc.stringMatching(/^[a-z0-9]{1,30}$/), (report, reports, cname) => {
      const ours = compound([
        buildSenderReport({ ...report, reports }),
        buildReceiverReport(7, reports),
        buildSdes(7, cname),
      ]);
      const theirs = Buffer.concat([
        new RtcpSrPacket({
          ssrc: report.ssrc,
          senderInfo: new RtcpSenderInfo({
            ntpTimestamp: (BigInt(report.ntp.seconds) << 32n) | BigInt(report.ntp.fraction),
            rtpTimestamp: report.rtpTimestamp,
            packetCount: report.packetCount,
            octetCount: report.octetCount,
          }),
          reports: reports.map(oracleBlock),
        }).serialize(),
        new RtcpRrPacket({ ssrc: 7, reports: reports.map(oracleBlock) }).serialize(),
      ]);
      t.deepEqual(Buffer.from(ours).subarray(0, theirs.length), theirs);
      const [, , description] = RtcpPacketConverter.deSerialize(Buffer.from(ours));
      t.true(description instanceof RtcpSourceDescriptionPacket);
      const chunk = (description as RtcpSourceDescriptionPacket).chunks[0]!;
      t.is(chunk.source, 7);
      t.like(chunk.items[0], { type: 1, text: cname });
    }),
    runs,
  );
});

test('feedback is read as another implementation wrote it, and the other way round', t => {
  const lost = [65_533, 65_535, 0, 7, 300];
  const nack = new RtcpTransportLayerFeedback({
    feedback: new GenericNack({ senderSsrc: 1, mediaSourceSsrc: 2, lost }),
  }).serialize();
  t.deepEqual(parseRtcp(nack), [{ kind: 'nack', senderSsrc: 1, mediaSsrc: 2, sequenceNumbers: lost }]);
  const [theirNack] = RtcpPacketConverter.deSerialize(Buffer.from(buildNack(1, 2, lost)));
  const theirs = (theirNack as RtcpTransportLayerFeedback).feedback as GenericNack;
  t.like(theirs, { senderSsrc: 1, mediaSourceSsrc: 2 });
  // werift leaves it to others to wrap the numbers around.
  t.deepEqual(
    theirs.lost.map(number => number & 0xffff),
    lost,
  );

  const pli = new RtcpPayloadSpecificFeedback({
    feedback: new PictureLossIndication({ senderSsrc: 1, mediaSsrc: 2 }),
  }).serialize();
  t.deepEqual(Buffer.from(buildPli(1, 2)), pli);

  const [estimate] = RtcpPacketConverter.deSerialize(Buffer.from(buildRemb(1, 2_500_000, [5, 6])));
  const { feedback } = estimate as RtcpPayloadSpecificFeedback;
  t.true(feedback instanceof ReceiverEstimatedMaxBitrate);
  t.like(feedback, { senderSsrc: 1, ssrcFeedbacks: [5, 6], bitrate: 2_500_000n });
});
