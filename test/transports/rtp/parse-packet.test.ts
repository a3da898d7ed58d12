import test from 'ava';
import fc from 'fast-check';
import { RtpPacket as Oracle } from 'werift';
import { parseRtp } from '../../../transports/rtp/packet.ts';
import { mutated, mutationRuns } from './mutated.ts';
import { rtpBytes } from './packets.ts';

const full = rtpBytes({
  marker: true,
  payloadType: 111,
  sequenceNumber: 0xfffe,
  timestamp: 0xfedcba98,
  ssrc: 0x89abcdef,
  csrcs: [1, 2],
  extension: { profile: 0xbede, data: [0x10, 0xaa] },
  payload: [9, 8, 7],
  paddingLength: 4,
});

test('reads every field of a packet that has everything', t => {
  t.deepEqual(parseRtp(full), {
    bytes: full,
    payloadType: 111,
    marker: true,
    sequenceNumber: 0xfffe,
    timestamp: 0xfedcba98,
    ssrc: 0x89abcdef,
    headerLength: 28,
    payloadOffset: 28,
    payloadLength: 3,
    paddingLength: 4,
    extensionProfile: 0xbede,
    extensionOffset: 24,
    extensionLength: 4,
  });
});

test('reads a packet of nothing but padding', t => {
  const packet = parseRtp(rtpBytes({ payload: [], paddingLength: 255 }));
  t.is(packet?.payloadLength, 0);
  t.is(packet?.paddingLength, 255);
});

test('refuses what is cut short anywhere in its header', t => {
  // Without its padding the same packet may end after the header, and nowhere before.
  const header = rtpBytes({ csrcs: [1, 2], extension: { profile: 0xbede, data: [0x10, 0xaa] }, payload: [] });
  for (let length = 0; length < header.length; length += 1)
    t.is(parseRtp(header.subarray(0, length)), undefined);
  t.is(parseRtp(header)?.payloadLength, 0);
});

test('refuses another version, and padding of no bytes or of more than there are', t => {
  const otherVersion = rtpBytes();
  otherVersion[0] = 0x40;
  t.is(parseRtp(otherVersion), undefined);
  const padded = rtpBytes({ payload: [1, 2], paddingLength: 2 });
  padded[padded.length - 1] = 0;
  t.is(parseRtp(padded), undefined);
  padded[padded.length - 1] = 5;
  t.is(parseRtp(padded), undefined);
  padded[padded.length - 1] = 4;
  t.is(parseRtp(padded)?.payloadLength, 0);
});

test('reads what another implementation reads', t => {
  fc.assert(
    fc.property(
      fc.record({
        marker: fc.boolean(),
        payloadType: fc.nat(127),
        sequenceNumber: fc.nat(0xffff),
        timestamp: fc.nat(0xffffffff),
        ssrc: fc.nat(0xffffffff),
        csrcs: fc.array(fc.nat(0xffffffff), { maxLength: 15 }),
        payload: fc.array(fc.nat(255), { minLength: 1, maxLength: 40 }),
        paddingLength: fc.nat(20),
      }),
      parts => {
        const bytes = rtpBytes(parts);
        const ours = parseRtp(bytes)!;
        const theirs = Oracle.deSerialize(Buffer.from(bytes));
        t.is(ours.payloadType, theirs.header.payloadType);
        t.is(ours.marker, theirs.header.marker);
        t.is(ours.sequenceNumber, theirs.header.sequenceNumber);
        t.is(ours.timestamp, theirs.header.timestamp);
        t.is(ours.ssrc, theirs.header.ssrc);
        const payload = bytes.subarray(ours.payloadOffset, ours.payloadOffset + ours.payloadLength);
        t.deepEqual([...payload], [...theirs.payload]);
      },
    ),
    { numRuns: 100 },
  );
});

test('of any bytes at all, its parts add up to what came', t => {
  fc.assert(
    fc.property(mutated([full, rtpBytes()]), bytes => {
      const packet = parseRtp(bytes);
      if (packet === undefined) return true;
      return (
        packet.payloadLength >= 0 &&
        packet.headerLength + packet.payloadLength + packet.paddingLength === bytes.length &&
        packet.extensionOffset + packet.extensionLength <= packet.payloadOffset
      );
    }),
    mutationRuns,
  );
  t.pass();
});
