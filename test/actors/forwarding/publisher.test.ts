import test from 'ava';
import { Publisher } from '../../../actors/forwarding/publisher.ts';
import { buildDelaySinceLastReceiverReport } from '../../../transports/rtcp/build.ts';
import { middleOfNtp, shortUnitsFromMs } from '../../../transports/rtcp/ntp.ts';
import type { RtcpPacket } from '../../../transports/rtcp/packets.ts';
import { parseRtcp } from '../../../transports/rtcp/parse.ts';
import type { IncomingMedia } from '../../../transports/sdp/port.ts';
import { rtpBytes } from '../../transports/rtp/packets.ts';

const OURS = 77;
const video: IncomingMedia = {
  kind: 'video',
  mid: '1',
  payloads: [{ payloadType: 96, codecId: 'vp8' }],
  extensions: {},
  nack: true,
};

function drain(publisher: Publisher): RtcpPacket[] {
  const packets: RtcpPacket[] = [];
  for (let out = publisher.poll(); out !== undefined; out = publisher.poll())
    packets.push(...parseRtcp(out)!);
  return packets;
}

/** The reference time that the report of this second carries. */
function referenceTime(publisher: Publisher, nowMs: number): number {
  publisher.advance(nowMs);
  const blocks = drain(publisher).flatMap(packet => (packet.kind === 'extended-report' ? packet.blocks : []));
  const block = blocks.find(({ kind }) => kind === 'receiver-reference-time');
  if (block?.kind !== 'receiver-reference-time') throw new Error('no reference time');
  return middleOfNtp(block.ntp);
}

function echo(lastReceiverReport: number, heldMs: number, ssrc = OURS): Uint8Array {
  const delaySinceLastReceiverReport = shortUnitsFromMs(heldMs);
  return buildDelaySinceLastReceiverReport(1, [{ ssrc, lastReceiverReport, delaySinceLastReceiverReport }]);
}

test('the echo of a reference time tells the round trip', t => {
  const publisher = new Publisher(5, [video], OURS);
  t.is(publisher.roundTripMs, undefined);
  const sent = referenceTime(publisher, 1005.25);
  publisher.receiveRtcp(1505.25, echo(sent, 440));
  t.true(Math.abs(publisher.roundTripMs! - 60) < 0.1, `${publisher.roundTripMs} ms`);
});

test('an echo to another, of nothing, or of what cannot be tells nothing', t => {
  const publisher = new Publisher(0, [video], OURS);
  const sent = referenceTime(publisher, 1000);
  publisher.receiveRtcp(1500, echo(sent, 440, OURS + 1));
  publisher.receiveRtcp(1500, echo(0, 0));
  publisher.receiveRtcp(1500, echo(sent, 900));
  publisher.receiveRtcp(12_000, echo(sent, 0));
  t.is(publisher.roundTripMs, undefined);
});

test('reports are about media and retransmissions alike', t => {
  const payloads = [...video.payloads, { payloadType: 97, codecId: 'vp8', apt: 96 }];
  const publisher = new Publisher(0, [{ ...video, payloads }], OURS);
  publisher.receiveRtp(0, rtpBytes({ payloadType: 96, ssrc: 1, sequenceNumber: 10 }));
  publisher.receiveRtp(5, rtpBytes({ payloadType: 97, ssrc: 2, sequenceNumber: 20, payload: [0, 10, 1] }));
  publisher.advance(1000);
  const reports = drain(publisher).flatMap(packet =>
    packet.kind === 'receiver-report' ? packet.reports : [],
  );
  t.deepEqual(
    reports.map(({ ssrc, extendedHighest }) => [ssrc, extendedHighest]),
    [
      [1, 10],
      [2, 20],
    ],
  );
});

test('what is missing is asked for again after the round trip as measured, also of a source that comes later', t => {
  const publisher = new Publisher(0, [video], OURS);
  const receive = (nowMs: number, ssrc: number, sequenceNumber: number) =>
    publisher.receiveRtp(nowMs, rtpBytes({ payloadType: 96, ssrc, sequenceNumber, timestamp: nowMs * 90 }));
  const askedAtMs = (fromMs: number, ssrc: number) => {
    receive(fromMs, ssrc, 10);
    receive(fromMs, ssrc, 12);
    const times: number[] = [];
    for (let nowMs = fromMs; nowMs < fromMs + 300; nowMs += 5) {
      publisher.advance(nowMs);
      if (drain(publisher).some(({ kind }) => kind === 'nack')) times.push(nowMs - fromMs);
    }
    return times;
  };
  t.deepEqual(askedAtMs(0, 1).slice(0, 3), [5, 125, 245]);
  const sent = referenceTime(publisher, 1000);
  publisher.receiveRtcp(1010, echo(sent, 0));
  receive(1012, 1, 11);
  t.deepEqual(askedAtMs(2000, 2).slice(0, 3), [5, 45, 85]);
});

test('a keyframe is asked of the SSRC of the description, and of that of the packets once there are any', t => {
  const publisher = new Publisher(0, [{ ...video, ssrc: 5 }], OURS);
  t.true(publisher.canAskKeyframe);
  publisher.askKeyframe();
  publisher.receiveRtp(0, rtpBytes({ payloadType: 96, ssrc: 6 }));
  publisher.askKeyframe();
  const asked = drain(publisher).flatMap(packet =>
    packet.kind === 'picture-loss-indication' ? [packet.mediaSsrc] : [],
  );
  t.deepEqual(asked, [5, 6]);
});

test('nobody is asked for a keyframe before it is known whom to ask', t => {
  const publisher = new Publisher(0, [video], OURS);
  t.false(publisher.canAskKeyframe);
  publisher.askKeyframe();
  t.deepEqual(drain(publisher), []);
  t.is(publisher.counters.keyframesAsked, 0);
  publisher.receiveRtp(0, rtpBytes({ payloadType: 96, ssrc: 6 }));
  t.true(publisher.canAskKeyframe);
});
