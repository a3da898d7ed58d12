/** Tracks' packets in the form in which they go to other nodes, and in which they come from them. */
import { type Codec, codecByPayloadType } from '../../transports/rtp/codec.ts';
import { keyframeStart } from '../../transports/rtp/keyframe.ts';
import { parseRtp } from '../../transports/rtp/packet.ts';
import type { SourcePacket } from './control/forwarding-control.ts';
import type { RelayedPacket, RelayedSource } from './relayed.ts';
import type { StreamEntry } from './stream-table.ts';
import type { TrackPacket } from './stream-track.ts';

/**
 * How far apart frames of the past are stamped, at most, when it is carried to a node that begins with it: there it is all
 * there is, and counts as made when it comes. A millisecond keeps them apart, also when a viewer's past is pressed together.
 */
const PAST_FRAME_TICKS = 90;

/**
 * At its origin a stream has the numbers of its tracks; everywhere else it goes by the origin's. Undefined when another core
 * has overwritten the packet meanwhile.
 */
export function toCarry(
  entry: StreamEntry,
  { bytes, stored, ...packet }: TrackPacket,
): RelayedPacket | undefined {
  const isOrigin = entry.publisher !== undefined;
  const isForeign = entry.upstream?.isLocal === true;
  const own = isForeign ? bytes.slice() : bytes;
  if (isForeign && stored?.isIntact() === false) return undefined;
  return {
    epoch: entry.epoch,
    sequenceNumber: isOrigin ? packet.sequenceNumber : packet.sourceSequenceNumber,
    timestamp: isOrigin ? packet.timestamp : packet.sourceTimestamp,
    packet: own,
  };
}

/**
 * The packets since a keyframe, for a node that begins with them: stamped as if they had been made just now. None when
 * they are not all there any more.
 */
export function pastToCarry(entry: StreamEntry, packets: readonly TrackPacket[]): readonly RelayedPacket[] {
  const past: RelayedPacket[] = [];
  let frameTimestamp = Number.POSITIVE_INFINITY;
  let stamped = Number.POSITIVE_INFINITY;
  for (const packet of packets.toReversed()) {
    const carried = toCarry(entry, packet);
    if (carried === undefined) return [];
    if (carried.timestamp !== frameTimestamp) {
      frameTimestamp = carried.timestamp;
      stamped =
        stamped === Number.POSITIVE_INFINITY
          ? frameTimestamp
          : Math.max(frameTimestamp, stamped - PAST_FRAME_TICKS);
    }
    past.push({ ...carried, timestamp: stamped });
  }
  return past.reverse();
}

/** A packet that another node sent, as one of the source that it stands for; undefined for what is none. */
export function fromCarried(relayed: RelayedPacket, source: RelayedSource): SourcePacket | undefined {
  const packet = parseRtp(relayed.packet);
  const codec: Codec | undefined = packet && codecByPayloadType(packet.payloadType);
  if (packet === undefined || codec === undefined) return undefined;
  const { bytes, payloadOffset, payloadLength } = packet;
  return {
    bytes,
    source,
    sequenceNumber: relayed.sequenceNumber,
    timestamp: relayed.timestamp,
    keyframe: keyframeStart(codec.name, bytes.subarray(payloadOffset, payloadOffset + payloadLength)),
    isEmpty: payloadLength === 0,
    afterLongGap: false,
  };
}
