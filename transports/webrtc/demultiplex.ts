/** Which protocol a datagram on a WebRTC transport belongs to (RFC 7983 section 7). */

export type DatagramProtocol = 'stun' | 'dtls' | 'srtp' | 'srtcp';

/**
 * Told by the first byte, and RTP from RTCP by the second (RFC 5761 section 4: packet types 192 to 223 are RTCP's).
 * Nothing for what is none of ours (ZRTP, TURN channels). That the rest of the datagram is sound is not looked at.
 */
export function demultiplex(datagram: Uint8Array): DatagramProtocol | undefined {
  const first = datagram[0];
  if (first === undefined) return undefined;
  if (first <= 3) return 'stun';
  if (first >= 20 && first <= 63) return 'dtls';
  if (first < 128 || first > 191) return undefined;
  const second = datagram[1];
  if (second === undefined) return undefined;
  return second >= 192 && second <= 223 ? 'srtcp' : 'srtp';
}
