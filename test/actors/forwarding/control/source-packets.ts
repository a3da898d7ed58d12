/** Packets as forwarding control gets them. */
import type { SourcePacket } from '../../../../actors/forwarding/control/forwarding-control.ts';
import { rtpBytes } from '../../../transports/rtp/packets.ts';

export function sourcePacket(
  parts: Partial<SourcePacket> & Pick<SourcePacket, 'source' | 'sequenceNumber'>,
): SourcePacket {
  return {
    bytes: rtpBytes(),
    timestamp: parts.sequenceNumber * 3000,
    keyframe: 'no',
    isEmpty: false,
    afterLongGap: false,
    ...parts,
  };
}
