/** The payload types of a media section with what rtpmap, fmtp and rtcp-fb say of each. */
import type { SdpMedia } from 'sdp-transform';
import { maxPayloads } from './limits.ts';
import { SdpError } from './port.ts';

export interface Payload {
  readonly payloadType: number;
  /** The encoding name in small letters; they do not matter (RFC 8866 section 6.6). */
  readonly name: string;
  readonly clockRate: number;
  readonly channels: number;
  /** The format parameters, their names in small letters. */
  readonly parameters: ReadonlyMap<string, string>;
  /** As rtcp-fb writes them: `nack`, `nack pli`, `ccm fir`. */
  readonly feedback: ReadonlySet<string>;
}

/** The payload types of the m-line that an rtpmap explains, in their order. Throws SdpError 400. */
export function parsePayloads(media: SdpMedia, label: string): Payload[] {
  const formats = String(media.payloads).trim().split(/ +/).map(Number);
  if (formats.length > maxPayloads || formats.some(format => !isPayloadType(format))) {
    throw new SdpError(400, `${label} lists what are not payload types (0 to 127, each once)`);
  }
  const payloads = new Map<number, Payload>();
  for (const payloadType of formats) {
    const rtpmap = media.rtp.find(line => line.payload === payloadType);
    // RFC 5761 section 4: where RTCP shares the port, these look like RTCP.
    if (rtpmap === undefined || typeof rtpmap.rate !== 'number' || (payloadType >= 64 && payloadType < 96))
      continue;
    payloads.set(payloadType, {
      payloadType,
      name: String(rtpmap.codec).toLowerCase(),
      clockRate: rtpmap.rate,
      channels: typeof rtpmap.encoding === 'number' ? rtpmap.encoding : 1,
      parameters: parseParameters(
        String(media.fmtp.find(line => line.payload === payloadType)?.config ?? ''),
      ),
      feedback: feedbackOf(media, payloadType),
    });
  }
  return [...payloads.values()];
}

function isPayloadType(format: number): boolean {
  return Number.isInteger(format) && format >= 0 && format <= 127;
}

export function parseParameters(text: string): Map<string, string> {
  const parameters = new Map<string, string>();
  for (const part of text.split(';')) {
    const equals = part.indexOf('=');
    if (equals > 0) parameters.set(part.slice(0, equals).trim().toLowerCase(), part.slice(equals + 1).trim());
  }
  return parameters;
}

function feedbackOf(media: SdpMedia, payloadType: number): Set<string> {
  const feedback = new Set<string>();
  for (const { payload, type, subtype } of media.rtcpFb ?? []) {
    if (payload === payloadType || payload === '*')
      feedback.add(subtype ? `${type} ${subtype}` : String(type));
  }
  return feedback;
}
