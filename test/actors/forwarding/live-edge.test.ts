import test from 'ava';
import fc from 'fast-check';
import { LiveEdge } from '../../../actors/forwarding/live-edge.ts';
import { OutgoingTrack } from '../../../actors/forwarding/outgoing-track.ts';
import type { TrackPacket } from '../../../actors/forwarding/stream-track.ts';
import { makeIdentitySrtp } from '../../../simulations/identity-security.ts';
import { PortableFanout } from '../../../transports/fanout/portable.ts';
import { parseRtcp } from '../../../transports/rtcp/parse.ts';
import { codecById } from '../../../transports/rtp/codec.ts';
import { parseRtp } from '../../../transports/rtp/packet.ts';
import type { OutgoingMedia } from '../../../transports/sdp/port.ts';
import { rtpBytes } from '../../transports/rtp/packets.ts';

const codecs = ['vp8', 'vp9/0'] as const;
type CodecName = (typeof codecs)[number];
/** Where a track's numbers begin, so that every way of wrapping around is met. */
const starts = [0, 0x7ffe, 0x8000, 0xfffd, 5 * 0x10000 - 2];

function streamPacket(sequenceNumber: number, codec: CodecName = 'vp8'): TrackPacket {
  const { payloadType } = codecById(codec)!;
  return {
    bytes: rtpBytes({ payloadType, sequenceNumber: sequenceNumber & 0xffff, payload: [1, 2, 3, 4, 5] }),
    sequenceNumber,
    timestamp: 0,
    sourceSequenceNumber: sequenceNumber,
    sourceTimestamp: 0,
    beginsFrame: true,
    beginsKeyframe: false,
  };
}

/** A live edge, and viewers who take codecs of their own, each with what it has got. */
function makeEdge() {
  const got = new Map<string, Uint8Array[]>();
  const fanout = new PortableFanout((bytes, { remoteAddress }) => got.get(remoteAddress)!.push(bytes));
  const edge = new LiveEdge(fanout.openGroup());
  const openViewer = (name: string, takes: readonly CodecName[] = codecs) => {
    const media: OutgoingMedia = {
      kind: 'video',
      mid: '1',
      ssrc: 7,
      rtxSsrc: 8,
      payloads: takes.map((codecId, i) => ({ codecId, payloadType: 100 + i })),
      extensions: {},
      nack: true,
    };
    const track = new OutgoingTrack(media);
    got.set(name, []);
    const path = { localAddress: '10.0.0.1', remoteAddress: name, remotePort: 1 };
    track.open(fanout, makeIdentitySrtp(), path, error => {
      throw error;
    });
    const numbers = () => got.get(name)!.map(bytes => parseRtp(bytes)!.sequenceNumber);
    return { track, numbers };
  };
  return { edge, fanout, openViewer };
}

/** What a viewer's sender report says of it. */
function countsOf(track: OutgoingTrack) {
  const [report] = parseRtcp(track.senderReport(0, { ntp: { seconds: 1, fraction: 0 }, timestamp: 0 }))!;
  const { packetCount, octetCount } = report as { packetCount: number; octetCount: number };
  return { packetCount, octetCount };
}

const areConsecutive = (numbers: readonly number[]) =>
  numbers.every((number, i) => i === 0 || number === ((numbers[i - 1]! + 1) & 0xffff));

for (const start of starts) {
  test(`from ${start} on, who comes gets the very next packet, and all that follow in its own numbers`, t => {
    const { edge, fanout, openViewer } = makeEdge();
    const [a, b] = [openViewer('a'), openViewer('b')];
    edge.join(a.track);
    t.is(edge.send(0, streamPacket(start)), 1);
    edge.join(b.track);
    for (const i of [1, 2, 3]) t.is(edge.send(0, streamPacket(start + i)), 2);
    fanout.flush();
    t.is(a.numbers().length, 4);
    t.is(b.numbers().length, 3);
    // Upper halves are shifted, so that a first rollover cannot be missed (viewer-numbering.ts).
    t.is(a.numbers()[0], start & 0x7fff);
    t.is(b.numbers()[0], (start + 1) & 0x7fff);
    for (const { numbers } of [a, b]) t.true(areConsecutive(numbers()));
    t.is(a.track.trackNumber(a.numbers()[3]!), start + 3);
    t.deepEqual(countsOf(a.track), { packetCount: 4, octetCount: 20 });
    t.deepEqual(countsOf(b.track), { packetCount: 3, octetCount: 15 });
  });

  test(`from ${start} on, another codec: who cannot take it goes, and comes back without a gap in its numbers`, t => {
    const { edge, fanout, openViewer } = makeEdge();
    const both = openViewer('both');
    const only = openViewer('only', ['vp8']);
    for (const { track } of [both, only]) edge.join(track);
    const sent = [
      ['vp8', 2],
      ['vp8', 2],
      ['vp9/0', 1],
      ['vp9/0', 1],
      ['vp9/0', 1],
      ['vp8', 2],
      ['vp8', 2],
    ] as const;
    for (const [i, [codec, gets]] of sent.entries()) {
      t.is(edge.send(0, streamPacket(start + i, codec)), gets);
      fanout.flush();
    }
    t.is(both.numbers().length, 7);
    t.is(only.numbers().length, 4);
    for (const { numbers } of [both, only]) t.true(areConsecutive(numbers()), numbers().join());
    t.is(only.track.notNegotiated, 3);
    t.is(both.track.notNegotiated, 0);
    t.deepEqual(countsOf(only.track), { packetCount: 4, octetCount: 20 });
    t.is(only.track.report(0).packets, 4);
    t.is(only.track.report(0).codec, codecById('vp8')!.name);
    // What it asks for again is found under the track's own number, on both sides of what it was not sent.
    const [first, , third] = only.numbers();
    t.is(only.track.trackNumber(first!), start);
    t.is(only.track.trackNumber(third!), start + 5);
  });
}

test('who goes in mid-turn has got what passed before, and nothing after', t => {
  const { edge, fanout, openViewer } = makeEdge();
  const [a, b] = [openViewer('a'), openViewer('b')];
  for (const { track } of [a, b]) edge.join(track);
  edge.send(0, streamPacket(1));
  edge.leave(a.track);
  edge.send(0, streamPacket(2));
  fanout.flush();
  t.deepEqual(a.numbers(), [1]);
  t.deepEqual(b.numbers(), [1, 2]);
  t.is(countsOf(a.track).packetCount, 1);
});

test('who goes before the next packet was never there', t => {
  const { edge, fanout, openViewer } = makeEdge();
  const { track, numbers } = openViewer('a');
  edge.join(track);
  edge.leave(track);
  t.is(edge.send(0, streamPacket(1)), 0);
  edge.leave(track);
  fanout.flush();
  t.deepEqual(numbers(), []);
  t.is(countsOf(track).packetCount, 0);
});

test('who cannot take the codec of the moment is not counted among the viewers, and may go for good', t => {
  const { edge, fanout, openViewer } = makeEdge();
  const { track, numbers } = openViewer('a', ['vp9/0']);
  edge.join(track);
  t.is(edge.send(0, streamPacket(1)), 0);
  t.is(edge.send(0, streamPacket(2)), 0);
  t.is(track.notNegotiated, 2);
  edge.leave(track);
  t.is(edge.send(0, streamPacket(3, 'vp9/0')), 0);
  fanout.flush();
  t.deepEqual(numbers(), []);
  t.is(track.notNegotiated, 2);
});

test('whatever codecs pass and whenever turns end, no viewer sees a gap, and its counters say what it got', t => {
  const taken = fc.constantFrom<readonly CodecName[]>(['vp8'], ['vp9/0'], codecs);
  const steps = fc.array(
    fc.record({
      codec: fc.constantFrom(...codecs),
      joining: fc.option(fc.nat(3), { freq: 3, nil: undefined }),
      endsTurn: fc.boolean(),
    }),
    { maxLength: 40 },
  );
  const start = fc.constantFrom(...starts);
  fc.assert(
    fc.property(fc.array(taken, { minLength: 4, maxLength: 4 }), start, steps, (takes, first, all) => {
      const { edge, fanout, openViewer } = makeEdge();
      const viewers = takes.map((codecNames, i) => ({
        ...openViewer(`${i}`, codecNames),
        takes: codecNames,
        isThere: false,
        expected: 0,
      }));
      for (const [i, { codec, joining, endsTurn }] of all.entries()) {
        const newcomer = viewers[joining ?? -1];
        if (newcomer !== undefined && !newcomer.isThere) {
          edge.join(newcomer.track);
          newcomer.isThere = true;
        }
        edge.send(0, streamPacket(first + i, codec));
        for (const viewer of viewers)
          if (viewer.isThere && viewer.takes.includes(codec)) viewer.expected += 1;
        if (endsTurn) fanout.flush();
      }
      fanout.flush();
      for (const { numbers, track, expected } of viewers) {
        t.is(numbers().length, expected);
        t.true(areConsecutive(numbers()));
        t.is(countsOf(track).packetCount, expected);
      }
    }),
    { seed: 6, numRuns: 300 },
  );
});
