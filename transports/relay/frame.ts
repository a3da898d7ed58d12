/**
 * Relay frames, the messages of a track's conversation. A media frame is a byte of kind, the publication's epoch, the
 * packet's sequence number and timestamp as 48 bits that do not wrap, and the RTP packet as the server keeps it. A
 * clock frame is what the publisher's sender report says: epoch, NTP time, and the timestamp of that moment.
 */

import type { NtpTime } from '../rtcp/ntp.ts';
import { readUint32, writeUint32 } from '../rtp/byte-order.ts';
import { fixedHeaderLength } from '../rtp/packet.ts';
import { PACKET_MAX_BYTES } from './limits.ts';
import { readUint48, UINT48_BYTES, writeUint48 } from './uint48.ts';

export interface MediaFrame {
  readonly kind: 'media';
  /** Grows with each publication. */
  readonly epoch: number;
  readonly sequenceNumber: number;
  /** In units of the codec's clock rate. */
  readonly timestamp: number;
  /** In canonical form (transports/rtp/canonical.ts), at most PACKET_MAX_BYTES. */
  readonly packet: Uint8Array;
}

export interface ClockFrame {
  readonly kind: 'clock';
  readonly epoch: number;
  readonly ntp: NtpTime;
  readonly timestamp: number;
}

export type RelayFrame = MediaFrame | ClockFrame;

const MEDIA = 1;
const CLOCK = 2;

const EPOCH_AT = 1;
const SEQUENCE_AT = EPOCH_AT + UINT48_BYTES;
const TIMESTAMP_AT = SEQUENCE_AT + UINT48_BYTES;
const PACKET_AT = TIMESTAMP_AT + UINT48_BYTES;
const NTP_AT = EPOCH_AT + UINT48_BYTES;
const CLOCK_TIMESTAMP_AT = NTP_AT + 8;
const CLOCK_BYTES = CLOCK_TIMESTAMP_AT + UINT48_BYTES;

/** What the longest frame needs. */
export const FRAME_MAX_BYTES = PACKET_AT + PACKET_MAX_BYTES;

/** Writes the frame to the beginning of `into`, which has FRAME_MAX_BYTES, and gives the part that it fills. */
export function writeFrame(into: Uint8Array, frame: RelayFrame): Uint8Array {
  writeUint48(into, EPOCH_AT, frame.epoch);
  if (frame.kind === 'clock') {
    into[0] = CLOCK;
    writeUint32(into, NTP_AT, frame.ntp.seconds);
    writeUint32(into, NTP_AT + 4, frame.ntp.fraction);
    writeUint48(into, CLOCK_TIMESTAMP_AT, frame.timestamp);
    return into.subarray(0, CLOCK_BYTES);
  }
  into[0] = MEDIA;
  writeUint48(into, SEQUENCE_AT, frame.sequenceNumber);
  writeUint48(into, TIMESTAMP_AT, frame.timestamp);
  into.set(frame.packet, PACKET_AT);
  return into.subarray(0, PACKET_AT + frame.packet.length);
}

/** The frame in `bytes`, whose packet is a view of them; nothing when it is none. The packet's header is not read. */
export function parseFrame(bytes: Uint8Array): RelayFrame | undefined {
  switch (bytes[0]) {
    case MEDIA:
      return parseMedia(bytes);
    case CLOCK:
      return parseClock(bytes);
    default:
      return undefined;
  }
}

function parseMedia(bytes: Uint8Array): MediaFrame | undefined {
  if (bytes.length < PACKET_AT + fixedHeaderLength || bytes.length > FRAME_MAX_BYTES) return undefined;
  return {
    kind: 'media',
    epoch: readUint48(bytes, EPOCH_AT),
    sequenceNumber: readUint48(bytes, SEQUENCE_AT),
    timestamp: readUint48(bytes, TIMESTAMP_AT),
    packet: bytes.subarray(PACKET_AT),
  };
}

function parseClock(bytes: Uint8Array): ClockFrame | undefined {
  if (bytes.length !== CLOCK_BYTES) return undefined;
  return {
    kind: 'clock',
    epoch: readUint48(bytes, EPOCH_AT),
    ntp: { seconds: readUint32(bytes, NTP_AT), fraction: readUint32(bytes, NTP_AT + 4) },
    timestamp: readUint48(bytes, CLOCK_TIMESTAMP_AT),
  };
}
