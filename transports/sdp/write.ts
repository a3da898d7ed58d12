/** The parts that all the descriptions that we write are made of. */
import { hash } from 'node:crypto';
import { type SdpAttributes, type SdpCandidate, type SdpMedia, write } from 'sdp-transform';
import type { MediaKind } from '../rtp/codec.ts';
import type { LocalTransport, OutgoingSsrcs } from './port.ts';
import type { Section } from './section.ts';

/** The port and address of a section that says nothing of either (RFC 8829 section 5.2.1). */
const discardPort = 9;

/** A whole description. `bundle` are the mids of the sections that share our transport, empty for no BUNDLE group. */
export function writeSession(local: LocalTransport, media: SdpMedia[], bundle: readonly string[]): string {
  return write({
    version: 0,
    origin: {
      username: '-',
      sessionId: sessionId(local),
      sessionVersion: 0,
      netType: 'IN',
      ipVer: 4,
      address: '127.0.0.1',
    },
    name: '-',
    timing: { start: 0, stop: 0 },
    ...(bundle.length > 0 && { groups: [{ type: 'BUNDLE', mids: bundle.join(' ') }] }),
    msidSemantic: { semantic: 'WMS', token: '*' },
    icelite: 'ice-lite',
    media,
  });
}

/**
 * A number of 62 bits that no two sessions share (RFC 8829 section 5.2.1). The ICE user name fragment is as unique,
 * and public anyway.
 */
export function sessionId(local: LocalTransport): string {
  const digest = hash('sha256', local.ice.ufrag, 'buffer');
  return (digest.readBigUInt64BE(0) >> 2n).toString();
}

/**
 * What every section that uses our transport says of it. The first candidate is the default one (RFC 8839 section
 * 4.2.1.2). `answered` is the section of the offer, when this is an answer: reduced-size RTCP is only for those who
 * offered it (RFC 5506 section 5).
 */
export function transportLines(
  local: LocalTransport,
  setup: 'actpass' | 'passive',
  answered?: Section,
): Partial<SdpMedia> {
  const [preferred] = local.candidates;
  return {
    port: preferred?.port ?? discardPort,
    connection: connection(preferred?.address ?? '0.0.0.0'),
    iceUfrag: local.ice.ufrag,
    icePwd: local.ice.pwd,
    iceOptions: 'trickle ice2',
    ...(local.fingerprint && {
      setup,
      fingerprint: { type: local.fingerprint.algorithm, hash: local.fingerprint.value },
    }),
    rtcpMux: 'rtcp-mux',
    ...((answered?.rtcpRsize ?? true) && { rtcpRsize: 'rtcp-rsize' }),
    candidates: hostCandidates(local),
    endOfCandidates: 'end-of-candidates',
  };
}

function connection(address: string): { version: number; ip: string } {
  return { version: address.includes(':') ? 6 : 4, ip: address };
}

/** Our candidates with the priorities of RFC 8445 section 5.1.2.1: type preference 126, RTP, the first one highest. */
export function hostCandidates(local: LocalTransport): SdpCandidate[] {
  return local.candidates.map(({ address, port }, index) => ({
    foundation: String(index + 1),
    component: 1,
    transport: 'udp',
    priority: 126 * 2 ** 24 + (65535 - index) * 2 ** 8 + 255,
    ip: address,
    port,
    type: 'host',
  }));
}

/** Lines that turn a section of an offer down: the same media, at port 0 (RFC 3264 section 6). */
export function rejectedSection(section: Section): SdpMedia {
  return {
    type: section.type,
    port: 0,
    protocol: section.protocol,
    payloads: section.formats === '' ? '0' : section.formats,
    connection: connection('0.0.0.0'),
    mid: section.mid,
    direction: 'inactive',
    rtp: [],
    fmtp: [],
  };
}

/** Who sends a section: the SSRCs with their canonical name, and the stream that audio and video belong to (RFC 8830). */
export function sourceLines(kind: MediaKind, ssrcs: OutgoingSsrcs, streamId: string): SdpAttributes {
  const stream = msidToken(streamId);
  const ids = kind === 'audio' ? [ssrcs.audio] : [ssrcs.video, ssrcs.videoRtx];
  return {
    msid: [{ id: stream, appdata: kind }],
    ssrcs: ids.flatMap(id => [
      { id, attribute: 'cname', value: ssrcs.cname },
      { id, attribute: 'msid', value: `${stream} ${kind}` },
    ]),
    ...(kind === 'video' && { ssrcGroups: [{ semantics: 'FID', ssrcs: ids.join(' ') }] }),
  };
}

/** RFC 8830 section 2 allows 1 to 64 token characters in a stream's identifier. */
export function msidToken(streamId: string): string {
  return streamId.replace(/[^A-Za-z0-9_.-]/g, '-').slice(0, 64) || '-';
}
