/**
 * Media that is not encrypted, behind the port of what encrypts it: RTP and RTCP as they are. Nobody can tell here who sent a
 * packet; that it came along the peer's path is all that is known of it.
 */
import type { SrtpRefusal, SrtpTransform } from './port.ts';

const VERSION = 2;
/** A header without sources, and a report without any (RFC 3550 sections 5.1 and 6.4.2); all else is for the parsers to check. */
const RTP_BYTES_MIN = 12;
const RTCP_BYTES_MIN = 8;

export class PlainTransform implements SrtpTransform {
  openRtp(packet: Uint8Array): Uint8Array | SrtpRefusal {
    return opened(packet, RTP_BYTES_MIN);
  }

  openRtcp(packet: Uint8Array): Uint8Array | SrtpRefusal {
    return opened(packet, RTCP_BYTES_MIN);
  }

  sealRtp(packet: Uint8Array): Uint8Array {
    return packet;
  }

  sealRtcp(packet: Uint8Array): Uint8Array {
    return packet;
  }
}

function opened(packet: Uint8Array, bytesMin: number): Uint8Array | SrtpRefusal {
  const isSound = packet.length >= bytesMin && packet[0]! >>> 6 === VERSION;
  return isSound ? new Uint8Array(packet) : 'malformed';
}
