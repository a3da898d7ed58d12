/** Packets of a track, in the canonical form, and what a viewer negotiated, for the tests of fan-outs. */
import type { OutletTerms } from '../../../transports/fanout/port.ts';
import { ourExtensionIds } from '../../../transports/rtp/header-extensions.ts';
import { fixedHeaderLength, setSequenceNumber, setTimestamp } from '../../../transports/rtp/packet.ts';

/** Our payload types that the viewers of these tests take. */
export const ourPayloadTypes = [96, 98, 111] as const;

export interface CanonicalParts {
  readonly payloadType?: number;
  readonly marker?: boolean;
  readonly sequenceNumber?: number;
  readonly timestamp?: number;
  readonly extensions?: readonly ('audioLevel' | 'videoOrientation' | 'playoutDelay')[];
  readonly payloadBytes?: number;
}

const DATA_BYTES = { audioLevel: 1, videoOrientation: 1, playoutDelay: 3 } as const;

/** The payload tells packets apart: it is made of the sequence number. */
export function canonicalPacket({
  payloadType = 96,
  marker = false,
  sequenceNumber = 0,
  timestamp = 0,
  extensions = [],
  payloadBytes = 100,
}: CanonicalParts): Uint8Array {
  const elements = extensions.flatMap(name => [
    (ourExtensionIds[name] << 4) | (DATA_BYTES[name] - 1),
    ...Array.from({ length: DATA_BYTES[name] }, (_, i) => 0xa0 + i),
  ]);
  while (elements.length % 4 !== 0) elements.push(0);
  const extension = elements.length > 0 ? [0xbe, 0xde, 0, elements.length / 4, ...elements] : [];
  const bytes = new Uint8Array(fixedHeaderLength + extension.length + payloadBytes);
  bytes[0] = extension.length > 0 ? 0x90 : 0x80;
  bytes[1] = (marker ? 0x80 : 0) | payloadType;
  setSequenceNumber(bytes, sequenceNumber & 0xffff);
  setTimestamp(bytes, timestamp);
  bytes.set(extension, fixedHeaderLength);
  for (let i = fixedHeaderLength + extension.length; i < bytes.length; i += 1)
    bytes[i] = (i * 31 + sequenceNumber) & 255;
  return bytes;
}

/** A viewer who takes all of our payload types, as its own `first` and those behind; with RTX for as many as are named. */
export function outletTerms({
  ssrc = 7,
  first = 100,
  withRtx = ourPayloadTypes as readonly number[],
  extensionIds = undefined as OutletTerms['extensionIds'],
} = {}): OutletTerms {
  const payloadTypes = new Int8Array(128).fill(-1);
  const rtxPayloadTypes = new Int8Array(128).fill(-1);
  for (const [i, ours] of ourPayloadTypes.entries()) {
    payloadTypes[ours] = first + 2 * i;
    if (withRtx.includes(ours)) rtxPayloadTypes[ours] = first + 2 * i + 1;
  }
  return { ssrc, rtxSsrc: ssrc + 1, payloadTypes, rtxPayloadTypes, extensionIds };
}
