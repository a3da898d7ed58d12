/** SDP fragments for trickled candidates and ICE restarts (RFC 8840, `application/trickle-ice-sdpfrag`). */
import type { MediaKind } from '../rtp/codec.ts';
import { maxFragmentCandidates } from './limits.ts';
import { splitLines } from './lines.ts';
import { type LocalTransport, SdpError } from './port.ts';
import { isMid } from './section.ts';
import { requireIceCredentials } from './transport.ts';
import { hostCandidates } from './write.ts';

export interface Fragment {
  readonly ufrag?: string;
  readonly pwd?: string;
  /** That of the first section; all sections share a transport. */
  readonly mid?: string;
  /** As they were written, without `a=`: `candidate:1 1 udp …`. */
  readonly candidates: readonly string[];
  readonly endOfCandidates: boolean;
}

/**
 * Reads a fragment; lines that mean nothing to us are passed over. Throws SdpError 400 for a text without any that do,
 * and for credentials that RFC 8839 does not allow.
 */
export function parseFragment(text: string): Fragment {
  const lines = splitLines(text);
  const ufrag = valueAfter(lines, 'a=ice-ufrag:');
  const pwd = valueAfter(lines, 'a=ice-pwd:');
  const mid = valueAfter(lines, 'a=mid:');
  const candidates = lines.filter(line => line.startsWith('a=candidate:')).map(line => line.slice(2));
  const endOfCandidates = lines.some(line => line.trim() === 'a=end-of-candidates');
  if (ufrag === undefined && candidates.length === 0 && !endOfCandidates) {
    throw new SdpError(
      400,
      'the fragment has no a=ice-ufrag, no a=candidate and no a=end-of-candidates (RFC 8840)',
    );
  }
  if (candidates.length > maxFragmentCandidates) {
    throw new SdpError(
      400,
      `the fragment has ${candidates.length} candidates; at most ${maxFragmentCandidates} are read`,
    );
  }
  if (ufrag !== undefined && pwd !== undefined) requireIceCredentials({ ufrag, pwd });
  return {
    ...(ufrag !== undefined && { ufrag }),
    ...(pwd !== undefined && { pwd }),
    ...(mid !== undefined && isMid(mid) && { mid }),
    candidates,
    endOfCandidates,
  };
}

function valueAfter(lines: readonly string[], prefix: string): string | undefined {
  return lines
    .find(line => line.startsWith(prefix))
    ?.slice(prefix.length)
    .trim();
}

/** Our side as a fragment: the answer to an ICE restart. `mid` and `kind` are those of the first bundled section. */
export function buildFragment(local: LocalTransport, mid: string, kind: MediaKind = 'audio'): string {
  const lines = [
    'a=ice-lite',
    'a=ice-options:trickle ice2',
    `a=ice-ufrag:${local.ice.ufrag}`,
    `a=ice-pwd:${local.ice.pwd}`,
    // RFC 8840 section 9: what the m-line says, but for its media type, means nothing.
    `m=${kind} 9 UDP/TLS/RTP/SAVPF 0`,
    `a=mid:${mid}`,
    ...hostCandidates(local).map(
      ({ foundation, component, transport, priority, ip, port, type }) =>
        `a=candidate:${foundation} ${component} ${transport} ${priority} ${ip} ${port} typ ${type}`,
    ),
    'a=end-of-candidates',
  ];
  return `${lines.join('\r\n')}\r\n`;
}
