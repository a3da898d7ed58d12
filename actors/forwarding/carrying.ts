/** Tracks' packets in the form in which they go to other nodes, and in which they come from them. */
import { TRACK_QUEUE_MAX_SEGMENTS } from '../../transports/relay/limits.ts';
import { type Codec, codecByPayloadType } from '../../transports/rtp/codec.ts';
import { keyframeStart } from '../../transports/rtp/keyframe.ts';
import { parseRtp } from '../../transports/rtp/packet.ts';
import type { SourcePacket } from './control/forwarding-control.ts';
import type { CarriedPacket, RelayedPacket, RelayedSource, StreamPosition } from './relayed.ts';
import type { StreamEntry } from './stream-table.ts';
import type { TrackPacket } from './stream-track.ts';

/**
 * How far apart frames of the past are stamped, at most, when it is carried to a node that begins with it: there it is all
 * there is, and counts as made when it comes. A millisecond keeps them apart, also when a viewer's past is pressed together.
 */
const PAST_FRAME_TICKS = 90;
/** So much of the past goes to another node at once; more would fill its link's queue, and then a keyframe is quicker. */
const MAX_CARRIED_PAST = TRACK_QUEUE_MAX_SEGMENTS / 2;

/**
 * At its origin a stream has the numbers of its tracks; everywhere else it goes by the origin's. Undefined when another core
 * has overwritten the packet meanwhile.
 */
export function toCarry(
  entry: StreamEntry,
  { bytes, stored, ...packet }: TrackPacket,
): CarriedPacket | undefined {
  const isOrigin = entry.publisher !== undefined;
  const isForeign = entry.upstream?.isLocal === true;
  const own = isForeign ? bytes.slice() : bytes;
  if (isForeign && stored?.isIntact() === false) return undefined;
  return {
    epoch: entry.epoch,
    sequenceNumber: isOrigin ? packet.sequenceNumber : packet.sourceSequenceNumber,
    timestamp: isOrigin ? packet.timestamp : packet.sourceTimestamp,
    packet: own,
    canStart: packet.beginsKeyframe,
  };
}

/**
 * The packets since a keyframe, for a node that begins with them, or that has had the stream up to `after` and goes on:
 * stamped as if they had been made just now. None when they are not all there any more, or are too many.
 */
export function pastToCarry(
  entry: StreamEntry,
  packets: readonly TrackPacket[],
  after?: StreamPosition,
): readonly CarriedPacket[] {
  const past: CarriedPacket[] = [];
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
  const needed = pastAfter(past.reverse(), after);
  return needed.length > MAX_CARRIED_PAST ? [] : needed;
}

/** All, if `after` lies before the keyframe; else what follows it, with which the picture goes on. */
function pastAfter(
  past: readonly CarriedPacket[],
  after: StreamPosition | undefined,
): readonly CarriedPacket[] {
  const [first] = past;
  if (first === undefined || after?.epoch !== first.epoch) return past;
  if (after.sequenceNumber + 1 < first.sequenceNumber) return past;
  const rest = past.filter(({ sequenceNumber }) => sequenceNumber > after.sequenceNumber);
  return rest.map((packet, place) => (place === 0 ? { ...packet, canStart: true } : packet));
}

/** A packet that another node sent, as one of the source that it stands for; undefined for what is none. */
export function fromCarried(relayed: RelayedPacket, source: RelayedSource): SourcePacket | undefined {
  const packet = parseRtp(relayed.packet);
  const codec: Codec | undefined = packet && codecByPayloadType(packet.payloadType);
  if (packet === undefined || codec === undefined) return undefined;
  const { bytes, payloadOffset, payloadLength, marker } = packet;
  // The marker ends a frame in all formats of video (RFC 7741 section 4.1, RFC 6184 section 5.1).
  const isVideo = codec.kind === 'video';
  return {
    bytes,
    source,
    sequenceNumber: relayed.sequenceNumber,
    timestamp: isVideo ? source.frameTimestamp(relayed, marker) : relayed.timestamp,
    keyframe: keyframeStart(codec.name, bytes.subarray(payloadOffset, payloadOffset + payloadLength)),
    isEmpty: payloadLength === 0,
    afterLongGap: false,
  };
}
