import test from 'ava';
import fc from 'fast-check';
import { RtpPacket as Oracle, unwrapRtx as oracleUnwrap, wrapRtx as oracleWrap } from 'werift';
import { parseRtp } from '../../../transports/rtp/packet.ts';
import { unwrapRtx, wrapRtx } from '../../../transports/rtp/rtx.ts';
import { mutated, mutationRuns } from './mutated.ts';
import { rtpBytes } from './packets.ts';

const original = { marker: true, payloadType: 96, sequenceNumber: 0xfffe, timestamp: 12_345, ssrc: 7 };
const repeated = { ...original, payloadType: 97, sequenceNumber: 3, ssrc: 8 };
const extension = { profile: 0xbede, data: [0x20, 0x9e] };

test('a retransmission carries the original sequence number before the payload', t => {
  const wrapped = wrapRtx(rtpBytes({ ...original, csrcs: [5], extension, payload: [1, 2] }), 97, 8, 3);
  t.deepEqual(wrapped, rtpBytes({ ...repeated, csrcs: [5], extension, payload: [0xff, 0xfe, 1, 2] }));
  t.deepEqual(
    unwrapRtx(parseRtp(wrapped)!, 96, 7),
    rtpBytes({ ...original, csrcs: [5], extension, payload: [1, 2] }),
  );
});

test('padding goes along in neither direction', t => {
  const plain = rtpBytes({ ...original, payload: [1, 2] });
  t.deepEqual(
    wrapRtx(rtpBytes({ ...original, payload: [1, 2], paddingLength: 6 }), 97, 8, 3),
    wrapRtx(plain, 97, 8, 3),
  );
  const padded = rtpBytes({ ...repeated, payload: [0xff, 0xfe, 1, 2], paddingLength: 4 });
  t.deepEqual(unwrapRtx(parseRtp(padded)!, 96, 7), plain);
});

test('a probe of nothing but padding has no original', t => {
  t.is(unwrapRtx(parseRtp(rtpBytes({ ...repeated, payload: [], paddingLength: 200 }))!, 96, 7), undefined);
  t.is(unwrapRtx(parseRtp(rtpBytes({ ...repeated, payload: [1] }))!, 96, 7), undefined);
});

test('wraps and unwraps as another implementation does', t => {
  fc.assert(
    fc.property(fc.nat(0xffff), fc.uint8Array({ minLength: 1, maxLength: 50 }), (sequenceNumber, payload) => {
      const bytes = rtpBytes({ ...original, sequenceNumber, payload: [...payload] });
      const wrapped = wrapRtx(bytes, 97, 8, 3);
      t.deepEqual(
        Buffer.from(wrapped),
        oracleWrap(Oracle.deSerialize(Buffer.from(bytes)), 97, 3, 8).serialize(),
      );
      t.deepEqual(
        oracleUnwrap(Oracle.deSerialize(Buffer.from(wrapped)), 96, 7).serialize(),
        Buffer.from(bytes),
      );
    }),
    { numRuns: 50 },
  );
});

test('whatever parses as RTP unwraps to a packet two bytes shorter, less its padding, or to nothing', t => {
  const sample = rtpBytes({ ...repeated, csrcs: [1], extension, paddingLength: 3 });
  fc.assert(
    fc.property(mutated([sample]), bytes => {
      const packet = parseRtp(bytes);
      if (packet === undefined) return true;
      const unwrapped = unwrapRtx(packet, 96, 7);
      if (unwrapped === undefined) return packet.payloadLength < 2;
      return parseRtp(unwrapped)?.payloadLength === packet.payloadLength - 2;
    }),
    mutationRuns,
  );
  t.pass();
});
