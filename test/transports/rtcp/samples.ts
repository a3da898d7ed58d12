/** RTCP values and datagrams for tests. */
import fc from 'fast-check';
import type { ReportBlock, SenderReport } from '../../../transports/rtcp/packets.ts';

/** Bytes written as hexadecimal, with blanks where they help to read. */
export function hex(text: string): Uint8Array {
  return Uint8Array.from(Buffer.from(text.replace(/\s/g, ''), 'hex'));
}

export const uint32 = fc.nat(0xffffffff);

export const reportBlock: fc.Arbitrary<ReportBlock> = fc.record({
  ssrc: uint32,
  fractionLost: fc.nat(255),
  cumulativeLost: fc.integer({ min: -0x800000, max: 0x7fffff }),
  extendedHighest: uint32,
  jitter: uint32,
  lastSenderReport: uint32,
  delaySinceLastSenderReport: uint32,
});

export const senderReport: fc.Arbitrary<Omit<SenderReport, 'kind'>> = fc.record({
  ssrc: uint32,
  ntp: fc.record({ seconds: uint32, fraction: uint32 }),
  rtpTimestamp: uint32,
  packetCount: uint32,
  octetCount: uint32,
  reports: fc.array(reportBlock, { maxLength: 31 }),
});
