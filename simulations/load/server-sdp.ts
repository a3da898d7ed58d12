/** What load clients read of the server's SDP: just what they need, since they know whom they talk to. */
import type { MediaKind } from '../../transports/rtp/codec.ts';
import { iceOf } from '../client-sdp.ts';
import type { RemotePeer } from './load-peer.ts';

/** The server's side of the transport, and its first candidate. */
export interface ServerTransport extends RemotePeer {
  readonly candidate: { readonly address: string; readonly port: number };
}

export interface ServerOffer extends ServerTransport {
  /** Of the media of each section, not of its retransmissions. */
  readonly videoSsrc: number;
  readonly audioSsrc: number;
  readonly vp8PayloadType: number;
}

/** Throws an Error that names what is missing. */
export function readServerTransport(sdp: string): ServerTransport {
  const isPlain = /^m=\S+ \d+ RTP\/AVPF /m.test(sdp);
  const [, algorithm, value] = isPlain ? [] : found(sdp, /^a=fingerprint:(\S+) (\S+)/m, 'fingerprint');
  const [, address, port] = found(sdp, /^a=candidate:\S+ 1 udp \d+ (\S+) (\d+) /im, 'candidate over UDP');
  return {
    ice: iceOf(sdp),
    ...(!isPlain && { fingerprint: { algorithm: algorithm!, value: value! } }),
    candidate: { address: address!, port: Number(port) },
  };
}

/** Throws an Error that names what is missing. */
export function readServerOffer(sdp: string): ServerOffer {
  const video = sectionOf(sdp, 'video');
  const [, videoSsrc] = found(video, /^a=ssrc:(\d+) /m, 'SSRC of video');
  const [, audioSsrc] = found(sectionOf(sdp, 'audio'), /^a=ssrc:(\d+) /m, 'SSRC of audio');
  const [, payloadType] = found(video, /^a=rtpmap:(\d+) VP8\//m, 'payload type of VP8');
  return {
    ...readServerTransport(sdp),
    videoSsrc: Number(videoSsrc),
    audioSsrc: Number(audioSsrc),
    vp8PayloadType: Number(payloadType),
  };
}

/** From its line on to the next section; empty when there is none. */
function sectionOf(sdp: string, kind: MediaKind): string {
  return sdp.split(/^(?=m=)/m).find(section => section.startsWith(`m=${kind}`)) ?? '';
}

function found(sdp: string, pattern: RegExp, what: string): RegExpExecArray {
  const match = pattern.exec(sdp);
  if (match === null) throw new Error(`the server's SDP has no ${what}`);
  return match;
}
