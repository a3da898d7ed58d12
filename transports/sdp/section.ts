/** One media section of a peer's session description. */
import type { SdpMedia } from 'sdp-transform';
import type { Fingerprint } from '../dtls/port.ts';
import type { MediaKind } from '../rtp/codec.ts';
import { maxMidCharacters } from './limits.ts';
import { type Payload, parsePayloads } from './payloads.ts';
import { SdpError } from './port.ts';

export type Direction = 'sendrecv' | 'sendonly' | 'recvonly' | 'inactive';

/** What a section says, but for whose transport it uses. */
export interface MediaSection {
  /** How messages name it: `m-line 2 (video)`. */
  readonly label: string;
  /** `audio`, `video`, `application` or whatever it was called. */
  readonly type: string;
  readonly protocol: string;
  /** The formats of the m-line as they were written. */
  readonly formats: string;
  readonly mid: string;
  /** False with port 0, which turns a section off, unless it is bundle-only (RFC 9143 section 6). */
  readonly enabled: boolean;
  readonly bundleOnly: boolean;
  readonly direction: Direction;
  readonly rtcpMux: boolean;
  /** RTCP packets may come alone, outside of compounds (RFC 5506 section 5). */
  readonly rtcpRsize: boolean;
  readonly payloads: readonly Payload[];
  readonly extensions: readonly SectionExtension[];
  readonly setup: string | undefined;
  /** As a=ssrc lists them, each once. */
  readonly ssrcs: readonly number[];
  /** The first a=ssrc-group:FID: a source and that of its retransmissions (RFC 5576 section 4.2, RFC 4588). */
  readonly retransmitted: { readonly ssrc: number; readonly rtxSsrc: number } | undefined;
}

export interface Section extends MediaSection {
  readonly transport: TransportAttributes;
}

/** The attributes of a transport, which may stand at the session or at a section. */
export interface TransportAttributes {
  readonly ufrag: string | undefined;
  readonly pwd: string | undefined;
  readonly setup: string | undefined;
  readonly fingerprints: readonly Fingerprint[];
}

export interface SectionExtension {
  readonly id: number;
  readonly uri: string;
  readonly direction: Direction;
}

/** Whether it is media that we can carry at all. */
export function mediaKind({ type }: Section): MediaKind | undefined {
  return type === 'audio' || type === 'video' ? type : undefined;
}

/** The profiles with SRTP keyed by DTLS, over whatever transport the offer happened to name (RFC 8829 section 5.1.2). */
export function isSecureRtp({ protocol }: Section): boolean {
  return /^(?:(?:UDP|TCP)\/(?:D?TLS)\/)?RTP\/SAVPF?$/.test(protocol);
}

/** The profile of media that is not encrypted, with RTCP as frequent as feedback needs it (RFC 4585). */
export const PLAIN_RTP = 'RTP/AVPF';

/** `sessionDirection` counts where the section has none. Throws SdpError 400. */
export function parseSection(
  media: SdpMedia,
  index: number,
  sessionDirection: string | undefined,
): MediaSection {
  const { type, port, protocol, payloads } = media;
  if (
    typeof type !== 'string' ||
    typeof port !== 'number' ||
    typeof protocol !== 'string' ||
    payloads === undefined
  ) {
    throw new SdpError(
      400,
      `m-line ${index + 1} is not "m=<media> <port> <protocol> <formats>" (RFC 8866 section 5.14)`,
    );
  }
  const label = `m-line ${index + 1} (${type.slice(0, 20)})`;
  const bundleOnly = media.bundleOnly !== undefined;
  return {
    label,
    type,
    protocol,
    formats: String(payloads).trim(),
    mid: parseMid(media.mid, label),
    enabled: port !== 0 || bundleOnly,
    bundleOnly,
    direction: (media.direction ?? sessionDirection ?? 'sendrecv') as Direction,
    rtcpMux: media.rtcpMux !== undefined,
    rtcpRsize: media.rtcpRsize !== undefined,
    payloads: type === 'audio' || type === 'video' ? parsePayloads(media, label) : [],
    extensions: parseExtensions(media),
    setup: textOf(media.setup),
    ssrcs: [...new Set((media.ssrcs ?? []).map(line => line.id).filter(isSsrc))],
    retransmitted: parseRetransmitted(media),
  };
}

/** The grammar makes a number of whatever looks like one. */
export function textOf(value: string | number | undefined): string | undefined {
  return value === undefined ? undefined : String(value);
}

function parseMid(mid: string | number | undefined, label: string): string {
  if (mid === undefined) throw new SdpError(400, `${label} has no a=mid (RFC 8829 section 5.2.1)`);
  const text = String(mid);
  if (isMid(text)) return text;
  throw new SdpError(400, `${label} has an a=mid that is not a token of 1 to ${maxMidCharacters} characters`);
}

/** Whether it is a token (RFC 8866 section 9) of a length that we take. */
export function isMid(text: string): boolean {
  return /^[!#$%&'*+\-.0-9A-Z^_`a-z{|}~]+$/.test(text) && text.length <= maxMidCharacters;
}

/** Those with an id that one-byte headers can hold (RFC 8285 section 4.2); of two with one id, the first. */
function parseExtensions(media: SdpMedia): SectionExtension[] {
  const byId = new Map<number, SectionExtension>();
  for (const { value, uri, direction } of media.ext ?? []) {
    if (typeof value !== 'number' || value < 1 || value > 14 || byId.has(value)) continue;
    byId.set(value, { id: value, uri: String(uri), direction: (direction ?? 'sendrecv') as Direction });
  }
  return [...byId.values()];
}

function parseRetransmitted(media: SdpMedia): Section['retransmitted'] {
  const group = media.ssrcGroups?.find(({ semantics }) => semantics === 'FID');
  if (group === undefined) return undefined;
  const [ssrc, rtxSsrc] = String(group.ssrcs).split(' ').map(Number);
  return isSsrc(ssrc) && isSsrc(rtxSsrc) ? { ssrc, rtxSsrc } : undefined;
}

function isSsrc(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) < 2 ** 32;
}
