import test from 'ava';
import fc from 'fast-check';
import { canonicalise } from '../../../transports/rtp/canonical.ts';
import { parseRtp } from '../../../transports/rtp/packet.ts';
import { mutated, mutationRuns } from './mutated.ts';
import { type PacketParts, rtpBytes } from './packets.ts';

const ids = { mid: 9, audioLevel: 10, videoOrientation: 11, transportWideCc: 3, playoutDelay: 12 };

const header = {
  marker: true,
  payloadType: 97,
  sequenceNumber: 65_535,
  timestamp: 0xffffffff,
  ssrc: 0xdeadbeef,
};

function canonical(parts: PacketParts): Uint8Array {
  return canonicalise(parseRtp(rtpBytes({ ...header, ...parts }))!, ids);
}

test('drops contributing sources, padding and what concerns the hop alone', t => {
  const kept = canonical({
    csrcs: [1, 2, 3],
    extension: { profile: 0xbede, data: [0x90, 0x30, 0x31, 7, 8] },
    payload: [4, 5],
    paddingLength: 9,
  });
  t.deepEqual(kept, rtpBytes({ ...header, payload: [4, 5] }));
});

test('keeps the extensions that viewers need, under our ids, in the one-byte form', t => {
  const expected = rtpBytes({
    ...header,
    extension: { profile: 0xbede, data: [0x20, 0x9e, 0x30, 1, 0x52, 1, 2, 3] },
  });
  const oneByte = [0xc2, 1, 2, 3, 0x31, 7, 8, 0xb0, 1, 0xa0, 0x9e];
  t.deepEqual(canonical({ extension: { profile: 0xbede, data: oneByte } }), expected);
  const twoByte = [11, 1, 1, 0, 12, 3, 1, 2, 3, 10, 1, 0x9e, 99, 0];
  t.deepEqual(canonical({ extension: { profile: 0x1000, data: twoByte } }), expected);
});

test('leaves out an element whose length its kind cannot have', t => {
  t.deepEqual(
    canonical({ extension: { profile: 0xbede, data: [0xc1, 1, 2, 0xa1, 5, 5] } }),
    rtpBytes(header),
  );
});

test('is no part of the packet that came', t => {
  const bytes = rtpBytes(header);
  const kept = canonicalise(parseRtp(bytes)!, ids);
  bytes.fill(0);
  t.deepEqual(kept, rtpBytes(header));
});

test('a packet in canonical form, told by our ids, is its own canonical form', t => {
  const kept = canonical({ extension: { profile: 0xbede, data: [0xb0, 1, 0xa0, 0x9e] } });
  t.deepEqual(canonicalise(parseRtp(kept)!, { audioLevel: 2, videoOrientation: 3 }), kept);
});

test('whatever parses has a canonical form that parses, with the same payload', t => {
  const sample = rtpBytes({ extension: { profile: 0xbede, data: [0xc2, 1, 2, 3, 0xb0, 1, 0xa0, 9] } });
  fc.assert(
    fc.property(mutated([sample, rtpBytes({ csrcs: [1], paddingLength: 3 })]), bytes => {
      const packet = parseRtp(bytes);
      if (packet === undefined) return true;
      const kept = canonicalise(packet, ids);
      const parsed = parseRtp(kept)!;
      const payload = bytes.subarray(packet.payloadOffset, packet.payloadOffset + packet.payloadLength);
      return (
        Buffer.compare(kept.subarray(parsed.payloadOffset), payload) === 0 &&
        parsed.headerLength <= 24 &&
        parsed.payloadLength === packet.payloadLength
      );
    }),
    mutationRuns,
  );
  t.pass();
});
