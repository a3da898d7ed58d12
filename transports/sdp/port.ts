/** What SDP comes down to for us: the values that a media session needs, and nothing of the text. */
import type { Fingerprint } from '../dtls/port.ts';
import type { MediaKind } from '../rtp/codec.ts';
import type { ExtensionIds } from '../rtp/header-extensions.ts';

export interface IceCredentials {
  readonly ufrag: string;
  readonly pwd: string;
}

/** Our side of a transport, as it goes into an offer or an answer. */
export interface LocalTransport {
  readonly ice: IceCredentials;
  /** Of our certificate; without one media is not encrypted, and the peer's has to be plain RTP too. */
  readonly fingerprint?: Fingerprint;
  /** Host candidates, the preferred one first; at least one. */
  readonly candidates: readonly { readonly address: string; readonly port: number }[];
}

/** The peer's side, without fingerprints where media is not encrypted. Candidates are of no use to an ICE-lite agent, which only answers checks. */
export interface RemoteTransport {
  readonly ice: IceCredentials;
  readonly fingerprints: readonly Fingerprint[];
}

/** One media section that the peer sends to us. */
export interface IncomingMedia {
  readonly kind: MediaKind;
  readonly mid: string;
  /** By payload type: the codec's id, and for retransmission (RFC 4588) that of what it repeats. */
  readonly payloads: readonly IncomingPayload[];
  readonly extensions: ExtensionIds;
  /** As a=ssrc and a=ssrc-group:FID announced them; without them the first packets tell. */
  readonly ssrc?: number;
  readonly rtxSsrc?: number;
  readonly nack: boolean;
  /** The most that our answer lets the peer send in this section (b=AS), kbit/s; without it there is no such line. */
  readonly maxKbps?: number;
}

export interface IncomingPayload {
  readonly payloadType: number;
  readonly codecId: string;
  /** Set on a retransmission payload type: the payload type that it repeats. */
  readonly apt?: number;
}

/** One media section that we send to the peer. */
export interface OutgoingMedia {
  readonly kind: MediaKind;
  readonly mid: string;
  readonly ssrc: number;
  readonly rtxSsrc: number;
  readonly payloads: readonly OutgoingPayload[];
  readonly extensions: ExtensionIds;
  readonly nack: boolean;
}

export interface OutgoingPayload {
  readonly codecId: string;
  readonly payloadType: number;
  readonly rtxPayloadType?: number;
}

/** SSRCs that the server has drawn for one viewer's session. */
export interface OutgoingSsrcs {
  readonly audio: number;
  readonly video: number;
  readonly videoRtx: number;
  /** The RTCP canonical name of the stream (RFC 3550 section 6.5.1), which binds audio to video. */
  readonly cname: string;
}

/** What a peer's SDP lacks or gets wrong, in words for its author. */
export class SdpError extends Error {
  override readonly name = 'SdpError';
  /** 400: not SDP, or broken; 422: sound SDP that asks for what we do not do (RFC 9725 section 4.2). */
  readonly status: 400 | 422;
  constructor(status: 400 | 422, message: string) {
    super(message);
    this.status = status;
  }
}
