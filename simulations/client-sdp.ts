/** The SDP of simulated clients: what a browser would write, cut down to what it means. */
import type { Fingerprint } from '../transports/dtls/port.ts';
import type { MediaKind } from '../transports/rtp/codec.ts';
import type { IceCredentials } from '../transports/sdp/port.ts';
import { identityFingerprint } from './identity-security.ts';

export interface ClientSsrcs {
  readonly audio: number;
  readonly video: number;
  readonly videoRtx: number;
}

/** Payload types of a simulated client, as Chromium numbers them. */
export const clientPayloadTypes = { opus: 111, vp8: 96, vp8Rtx: 97 } as const;
/** Extension ids, deliberately other ones than the server's own. */
export const clientExtensionIds = { audioLevel: 11, transportWideCc: 12 } as const;

const TRANSPORT_WIDE_CC = 'http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01';
const AUDIO_LEVEL = 'urn:ietf:params:rtp-hdrext:ssrc-audio-level';

export function publisherOffer(
  ice: IceCredentials,
  ssrcs: ClientSsrcs,
  fingerprint: Fingerprint = identityFingerprint,
): string {
  const { opus, vp8, vp8Rtx } = clientPayloadTypes;
  return lines([
    ...sessionLines(ice, fingerprint),
    `m=audio 9 UDP/TLS/RTP/SAVPF ${opus}`,
    ...sectionLines('0', 'sendonly'),
    `a=rtpmap:${opus} opus/48000/2`,
    `a=rtcp-fb:${opus} nack`,
    `a=rtcp-fb:${opus} transport-cc`,
    `a=extmap:${clientExtensionIds.audioLevel} ${AUDIO_LEVEL}`,
    `a=extmap:${clientExtensionIds.transportWideCc} ${TRANSPORT_WIDE_CC}`,
    `a=ssrc:${ssrcs.audio} cname:simulated`,
    `m=video 9 UDP/TLS/RTP/SAVPF ${vp8} ${vp8Rtx}`,
    ...sectionLines('1', 'sendonly'),
    `a=rtpmap:${vp8} VP8/90000`,
    `a=rtcp-fb:${vp8} nack`,
    `a=rtcp-fb:${vp8} nack pli`,
    `a=rtcp-fb:${vp8} transport-cc`,
    `a=rtpmap:${vp8Rtx} rtx/90000`,
    `a=fmtp:${vp8Rtx} apt=${vp8}`,
    `a=extmap:${clientExtensionIds.transportWideCc} ${TRANSPORT_WIDE_CC}`,
    `a=ssrc-group:FID ${ssrcs.video} ${ssrcs.videoRtx}`,
    `a=ssrc:${ssrcs.video} cname:simulated`,
    `a=ssrc:${ssrcs.videoRtx} cname:simulated`,
  ]);
}

/** Takes what the server offers of `kinds`, as it offers it, and turns the rest down; to an offer of plain RTP without a fingerprint. */
export function viewerAnswer(
  ice: IceCredentials,
  offer: string,
  fingerprint: Fingerprint | 'none' = identityFingerprint,
  kinds: readonly MediaKind[] = ['audio', 'video'],
): string {
  let isTaken = false;
  const answered = offer
    .split(/\r?\n/)
    .filter(line => !/^a=(ice-|fingerprint|setup|candidate|end-of-candidates|ssrc|msid)/.test(line))
    .flatMap(line => {
      const kind = /^m=(\w+)/.exec(line)?.[1];
      if (kind !== undefined) isTaken = kinds.some(one => one === kind);
      if (line === 'a=sendonly') return isTaken ? 'a=recvonly' : 'a=inactive';
      return line.startsWith('a=mid:') ? [line, ...transportLines(ice, 'active', fingerprint)] : line;
    });
  return lines(answered.filter(line => line !== ''));
}

/** The server's ICE credentials in its offer or answer. */
export function iceOf(sdp: string): IceCredentials {
  const ufrag = /^a=ice-ufrag:(.*)$/m.exec(sdp)?.[1]?.trim();
  const pwd = /^a=ice-pwd:(.*)$/m.exec(sdp)?.[1]?.trim();
  if (ufrag === undefined || pwd === undefined) throw new Error('the server described no ICE credentials');
  return { ufrag, pwd };
}

function sessionLines(ice: IceCredentials, fingerprint: Fingerprint): readonly string[] {
  return [
    'v=0',
    'o=- 1 1 IN IP4 127.0.0.1',
    's=-',
    't=0 0',
    'a=group:BUNDLE 0 1',
    ...transportLines(ice, 'actpass', fingerprint),
  ];
}

function transportLines(
  { ufrag, pwd }: IceCredentials,
  setup: string,
  fingerprint: Fingerprint | 'none',
): readonly string[] {
  const ice = [`a=ice-ufrag:${ufrag}`, `a=ice-pwd:${pwd}`];
  if (fingerprint === 'none') return ice;
  return [...ice, `a=fingerprint:${fingerprint.algorithm} ${fingerprint.value}`, `a=setup:${setup}`];
}

function sectionLines(mid: string, direction: string): readonly string[] {
  return ['c=IN IP4 0.0.0.0', `a=mid:${mid}`, `a=${direction}`, 'a=rtcp-mux'];
}

function lines(all: readonly string[]): string {
  return `${all.join('\r\n')}\r\n`;
}
