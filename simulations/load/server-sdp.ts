/** What load clients read of the server's SDP: just what they need, since they know whom they talk to. */
import { iceOf } from '../client-sdp.ts';
import type { RemotePeer } from './load-peer.ts';

/** The server's side of the transport, and its first candidate. */
export interface ServerTransport extends RemotePeer {
  readonly candidate: { readonly address: string; readonly port: number };
}

export interface ServerOffer extends ServerTransport {
  /** Of the media of the video section, not of its retransmissions. */
  readonly videoSsrc: number;
  readonly vp8PayloadType: number;
}

/** Throws an Error that names what is missing. */
export function readServerTransport(sdp: string): ServerTransport {
  const [, algorithm, value] = found(sdp, /^a=fingerprint:(\S+) (\S+)/m, 'fingerprint');
  const [, address, port] = found(sdp, /^a=candidate:\S+ 1 udp \d+ (\S+) (\d+) /im, 'candidate over UDP');
  return {
    ice: iceOf(sdp),
    fingerprint: { algorithm: algorithm!, value: value! },
    candidate: { address: address!, port: Number(port) },
  };
}

/** Throws an Error that names what is missing. */
export function readServerOffer(sdp: string): ServerOffer {
  const video = sdp.slice(Math.max(0, sdp.indexOf('m=video')));
  const [, ssrc] = found(video, /^a=ssrc:(\d+) /m, 'SSRC of video');
  const [, payloadType] = found(video, /^a=rtpmap:(\d+) VP8\//m, 'payload type of VP8');
  return { ...readServerTransport(sdp), videoSsrc: Number(ssrc), vp8PayloadType: Number(payloadType) };
}

function found(sdp: string, pattern: RegExp, what: string): RegExpExecArray {
  const match = pattern.exec(sdp);
  if (match === null) throw new Error(`the server's SDP has no ${what}`);
  return match;
}
