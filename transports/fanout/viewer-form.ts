/** A track's packet as one viewer gets it: in the payload type, numbers, source and extension ids that it knows. */
import { remapExtensions } from '../rtp/canonical.ts';
import { setPadding, setPayloadType, setSequenceNumber, setSsrc, setTimestamp } from '../rtp/packet.ts';
import type { FanoutPacket, OutletTerms } from './port.ts';

/**
 * In a new buffer, with `padding` bytes at its end. Undefined when another thread has overwritten the packet meanwhile: this
 * one is seconds behind.
 */
export function viewerForm(
  { bytes: kept, stored }: FanoutPacket,
  terms: OutletTerms,
  sequenceNumber: number,
  timestamp: number,
  padding = 0,
): Uint8Array | undefined {
  const bytes = new Uint8Array(kept.length + padding);
  bytes.set(kept);
  if (stored?.isIntact() === false) return undefined;
  setPayloadType(bytes, terms.payloadTypes[kept[1]! & 0x7f]!);
  setSequenceNumber(bytes, sequenceNumber);
  setTimestamp(bytes, timestamp);
  setSsrc(bytes, terms.ssrc);
  if (terms.extensionIds !== undefined) remapExtensions(bytes, terms.extensionIds);
  if (padding > 0) setPadding(bytes, padding);
  return bytes;
}
