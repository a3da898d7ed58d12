/** Answering a publisher's offer (RFC 9725: WHIP). */
import type { SdpMedia } from 'sdp-transform';
import type { MediaKind } from '../rtp/codec.ts';
import { type Answer, answerTo } from './answer.ts';
import { codecNames, matchPayloads } from './codecs-match.ts';
import { extensionLines, matchExtensions, publisherExtensions } from './extensions.ts';
import { answerParameters, payloadLines } from './payload-lines.ts';
import { type IncomingMedia, type LocalTransport, SdpError } from './port.ts';
import { isSecureRtp, mediaKind, type Section } from './section.ts';
import { parseSession } from './session.ts';
import { transportLines } from './write.ts';

/** What we ask a publisher's side for, as far as it offers it; rrtr are reference times by which we learn the round trip. */
const feedback: Record<MediaKind, readonly string[]> = {
  audio: ['transport-cc', 'nack', 'rrtr'],
  video: ['transport-cc', 'nack', 'nack pli', 'ccm fir', 'rrtr'],
};

export type PublishAnswer = Answer<IncomingMedia>;

/**
 * Takes all of the offer or none of it: at most one audio and one video section, in the codecs that can pass. Layers of
 * simulcast are not taken up, so that a browser sends one encoding. `maxVideoKbps` is the most that it may send of video,
 * kbit/s. Throws SdpError, and nothing else.
 */
export function answerPublisher(
  offerSdp: string,
  local: LocalTransport,
  maxVideoKbps?: number,
): PublishAnswer {
  const session = parseSession(offerSdp);
  const accepted = new Map<Section, { readonly media: IncomingMedia; readonly lines: SdpMedia }>();
  for (const section of session.sections) {
    if (!section.enabled) continue;
    const kind = publishedKind(section);
    if ([...accepted.keys()].some(other => other.type === kind)) {
      throw new SdpError(
        422,
        `${section.label}: a publisher sends one ${kind} track at most, and this is another`,
      );
    }
    accepted.set(section, acceptSection(section, kind, local, kind === 'video' ? maxVideoKbps : undefined));
  }
  if (accepted.size === 0) throw new SdpError(422, 'all m-lines have port 0, so nothing is offered');
  return answerTo(session, accepted, local);
}

function publishedKind(section: Section): MediaKind {
  const kind = mediaKind(section);
  if (kind === undefined) {
    throw new SdpError(
      422,
      `${section.label}: only audio and video are taken, no data channels or other media`,
    );
  }
  if (!isSecureRtp(section)) {
    throw new SdpError(
      422,
      `${section.label} is ${section.protocol}; media has to be SRTP (UDP/TLS/RTP/SAVPF)`,
    );
  }
  if (section.direction === 'recvonly' || section.direction === 'inactive') {
    throw new SdpError(
      422,
      `${section.label} is ${section.direction}; a publisher sends, so it has to be sendonly (RFC 9725 section 4.2)`,
    );
  }
  return kind;
}

function acceptSection(
  section: Section,
  kind: MediaKind,
  local: LocalTransport,
  maxKbps: number | undefined,
) {
  const matched = matchPayloads(section.payloads, 'sends');
  if (matched.length === 0) {
    throw new SdpError(422, `${section.label} offers no codec that can pass (${codecNames(kind)})`);
  }
  const extensions = matchExtensions(section, publisherExtensions[kind], 'sends');
  const sources = section.retransmitted ?? (section.ssrcs[0] !== undefined && { ssrc: section.ssrcs[0] });
  const media: IncomingMedia = {
    kind,
    mid: section.mid,
    payloads: matched.flatMap(({ payload: { payloadType }, codec, rtx }) => [
      { payloadType, codecId: codec.id },
      ...(rtx === undefined ? [] : [{ payloadType: rtx.payloadType, codecId: codec.id, apt: payloadType }]),
    ]),
    extensions,
    ...sources,
    nack: matched.some(({ payload }) => payload.feedback.has('nack')),
    ...(maxKbps !== undefined && { maxKbps }),
  };
  const lines: SdpMedia = {
    type: kind,
    protocol: section.protocol,
    mid: section.mid,
    direction: 'recvonly',
    ext: extensionLines(extensions),
    ...transportLines(local, 'passive', section),
    ...(maxKbps !== undefined && { bandwidth: bandwidthLines(maxKbps) }),
    ...payloadLines(
      matched.map(({ payload, codec, rtx }) => ({
        codec,
        payloadType: payload.payloadType,
        parameters: answerParameters(payload),
        feedback: feedback[kind].filter(what => payload.feedback.has(what)),
        rtxPayloadType: rtx?.payloadType,
      })),
    ),
  };
  return { media, lines };
}

/**
 * The same limit in both ways of saying it, for clients that know one of them: with what IP and UDP add (AS, RFC 8866
 * section 5.8, kbit/s), and without (TIAS, RFC 3890 section 6.2, bit/s). The difference is within what we tolerate.
 */
function bandwidthLines(maxKbps: number) {
  return [
    { type: 'AS', limit: maxKbps },
    { type: 'TIAS', limit: maxKbps * 1000 },
  ];
}
