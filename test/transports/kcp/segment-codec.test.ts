import test from 'ava';
import fc from 'fast-check';
import {
  COMMAND,
  HEADER_BYTES,
  readSegment,
  type SegmentHeader,
  writeHeader,
} from '../../../transports/kcp/segment.ts';

const uint32 = fc.integer({ min: 0, max: 0xffff_ffff });
const headers: fc.Arbitrary<SegmentHeader> = fc.record({
  conversation: uint32,
  command: fc.constantFrom(...Object.values(COMMAND)),
  fragmentsLeft: fc.nat(255),
  windowSegments: fc.nat(0xffff),
  timestampMs: uint32,
  sequence: uint32,
  nextExpected: uint32,
  byteCount: fc.nat(100),
});

test('what is written is read again, wherever it stands', t => {
  fc.assert(
    fc.property(headers, fc.nat(50), (header, at) => {
      const datagram = new Uint8Array(at + HEADER_BYTES + header.byteCount);
      writeHeader(datagram, at, header);
      t.deepEqual(readSegment(datagram, at, header.conversation), header);
      t.is(readSegment(datagram, at, (header.conversation ^ 1) >>> 0), 'other conversation');
    }),
    { seed: 3, numRuns: 300 },
  );
});

test('the bytes of a header, as a capture of ikcp.c shows them', t => {
  const datagram = Buffer.from('443322115102800064000000f0ffffff0100000003000000aabbcc', 'hex');
  const header: SegmentHeader = {
    conversation: 0x11223344,
    command: COMMAND.push,
    fragmentsLeft: 2,
    windowSegments: 128,
    timestampMs: 100,
    sequence: 0xffff_fff0,
    nextExpected: 1,
    byteCount: 3,
  };
  t.deepEqual(readSegment(datagram, 0, 0x11223344), header);
  const written = new Uint8Array(HEADER_BYTES);
  writeHeader(written, 0, header);
  t.deepEqual(written, new Uint8Array(datagram.subarray(0, HEADER_BYTES)));
});
