import test from 'ava';
import { parseRtcp } from '../../../transports/rtcp/parse.ts';
import { hex } from './samples.ts';

const block = '00000007 40 fffffe 00010005 00000063 b44d0000 00018000';
const blockValue = {
  ssrc: 7,
  fractionLost: 64,
  cumulativeLost: -2,
  extendedHighest: 65_541,
  jitter: 99,
  lastSenderReport: 0xb44d0000,
  delaySinceLastSenderReport: 98_304,
};

test('reads a sender report, and passes over a profile’s extension of it', t => {
  const expected = {
    kind: 'sender-report',
    ssrc: 0x902f9e2e,
    ntp: { seconds: 0xdf8bb44d, fraction: 0x80000000 },
    rtpTimestamp: 0xfffffff0,
    packetCount: 1,
    octetCount: 0x1000,
    reports: [blockValue],
  };
  const fields = `902f9e2e df8bb44d 80000000 fffffff0 00000001 00001000 ${block}`;
  t.deepEqual(parseRtcp(hex(`81c8 000c ${fields}`)), [expected] as never);
  t.deepEqual(parseRtcp(hex(`81c8 000d ${fields} 12345678`)), [expected] as never);
});

test('reads a receiver report, with a block and with none', t => {
  t.deepEqual(parseRtcp(hex(`81c9 0007 00000001 ${block}`)), [
    { kind: 'receiver-report', ssrc: 1, reports: [blockValue] },
  ]);
  t.deepEqual(parseRtcp(hex('80c9 0001 00000001')), [{ kind: 'receiver-report', ssrc: 1, reports: [] }]);
});

test('reads the canonical names of a source description, among other items', t => {
  // Two chunks: a TOOL before the name, which fills its chunk but for one zero; and one without any item.
  const datagram = hex('82ca 0006 00000001 06 02 6162 01 05 7374757679 00 00000002 00 00 00 00');
  t.deepEqual(parseRtcp(datagram), [
    {
      kind: 'source-description',
      chunks: [
        { ssrc: 1, cname: 'stuvy' },
        { ssrc: 2, cname: undefined },
      ],
    },
  ]);
});

test('reads a goodbye with a reason', t => {
  t.deepEqual(parseRtcp(hex('82cb 0003 00000001 00000002 03627965')), [{ kind: 'goodbye', ssrcs: [1, 2] }]);
});

test('reads a NACK across the wrap: a sequence number and the sixteen after it', t => {
  t.deepEqual(parseRtcp(hex('81cd 0004 00000001 00000002 fffe8003 00640000')), [
    { kind: 'nack', senderSsrc: 1, mediaSsrc: 2, sequenceNumbers: [65_534, 65_535, 0, 14, 100] },
  ]);
});

test('reads requests for a keyframe', t => {
  t.deepEqual(parseRtcp(hex('81ce 0002 00000001 00000002')), [
    { kind: 'picture-loss-indication', senderSsrc: 1, mediaSsrc: 2 },
  ]);
  t.deepEqual(parseRtcp(hex('84ce 0006 00000001 00000000 00000002 ff000000 00000003 00000000')), [
    {
      kind: 'full-intra-request',
      senderSsrc: 1,
      requests: [
        { ssrc: 2, commandSequence: 255 },
        { ssrc: 3, commandSequence: 0 },
      ],
    },
  ]);
});

test('reads a receiver’s estimate: 18 bits of mantissa, 6 of exponent', t => {
  // From the draft's own arithmetic: 0x3ffff shifted by 3.
  t.deepEqual(parseRtcp(hex('8fce 0005 00000001 00000000 52454d42 01 0fffff 00000009')), [
    { kind: 'receiver-estimate', senderSsrc: 1, bitrateBps: 0x3ffff * 8, ssrcs: [9] },
  ]);
});

test('reads the blocks of an extended report that tell the round trip, and passes over others', t => {
  const datagram = hex(
    `80cf 000a 00000001
     04 00 0002 df8bb44d 80000000
     63 00 0001 deadbeef
     05 00 0003 00000007 b44d8000 00010000`,
  );
  t.deepEqual(parseRtcp(datagram), [
    {
      kind: 'extended-report',
      ssrc: 1,
      blocks: [
        { kind: 'receiver-reference-time', ntp: { seconds: 0xdf8bb44d, fraction: 0x80000000 } },
        {
          kind: 'delay-since-last-receiver-report',
          reports: [{ ssrc: 7, lastReceiverReport: 0xb44d8000, delaySinceLastReceiverReport: 65_536 }],
        },
      ],
    },
  ]);
});

test('reads transport-wide feedback: runs, both vectors, both deltas', t => {
  // From 65535: a run of two lost; one with a small delta, one with a large one, five lost; a run of two.
  const feedback = hex('8fcd 0007 00000001 00000002 ffff 000b 000001 09 0002 d800 2002 04 fff8 08 0c 00');
  t.deepEqual(parseRtcp(feedback), [
    {
      kind: 'transport-feedback',
      senderSsrc: 1,
      mediaSsrc: 2,
      baseSequenceNumber: 65_535,
      statusCount: 11,
      feedbackCount: 9,
      arrivals: [
        { sequenceNumber: 1, atMs: 65 },
        { sequenceNumber: 2, atMs: 63 },
        { sequenceNumber: 8, atMs: 65 },
        { sequenceNumber: 9, atMs: 68 },
      ],
    },
  ]);
  const oneBit = hex('8fcd 0005 00000001 00000002 000a 000e 000000 00 a001 04 08');
  t.deepEqual(
    parseRtcp(oneBit)?.flatMap(packet => (packet.kind === 'transport-feedback' ? packet.arrivals : [])),
    [
      { sequenceNumber: 10, atMs: 1 },
      { sequenceNumber: 23, atMs: 3 },
    ],
  );
});

test('hands on what it does not read by its type', t => {
  t.deepEqual(parseRtcp(hex('81cc 0002 00000001 41424344')), [{ kind: 'other', packetType: 204, count: 1 }]);
  t.deepEqual(parseRtcp(hex('8bcd 0002 00000001 00000002')), [{ kind: 'other', packetType: 205, count: 11 }]);
  t.deepEqual(parseRtcp(hex('8fce 0003 00000001 00000002 41424344')), [
    { kind: 'other', packetType: 206, count: 15 },
  ]);
});

test('reads every packet of a compound, and padding at the end of the last', t => {
  const datagram = hex('80c9 0001 00000001 a1ce 0003 00000001 00000002 00000004');
  t.deepEqual(
    parseRtcp(datagram)?.map(packet => packet.kind),
    ['receiver-report', 'picture-loss-indication'],
  );
});
