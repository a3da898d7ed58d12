/** Answering a viewer who made the offer (WHEP). */
import type { SdpMedia } from 'sdp-transform';
import { type Answer, answerTo } from './answer.ts';
import { codecNames, matchPayloads } from './codecs-match.ts';
import { extensionLines, matchExtensions, viewerExtensions } from './extensions.ts';
import { answerParameters, payloadLines } from './payload-lines.ts';
import { type LocalTransport, type OutgoingMedia, type OutgoingSsrcs, SdpError } from './port.ts';
import { isSecureRtp, mediaKind, type Section } from './section.ts';
import { anyNack, outgoingPayloads } from './view-answer.ts';
import { noSsrc, viewerFeedback } from './view-offer.ts';
import { parseViewerSession } from './viewer-session.ts';
import { sourceLines, transportLines } from './write.ts';

export type ViewReply = Answer<OutgoingMedia>;

interface Reply {
  readonly media: OutgoingMedia;
  readonly lines: SdpMedia;
}

/**
 * Takes the first audio and the first video section that we can send to, and turns the others down one by one.
 * Throws SdpError, and nothing else.
 */
export function answerViewer(
  offerSdp: string,
  local: LocalTransport,
  ssrcs: OutgoingSsrcs,
  streamId: string,
): ViewReply {
  const session = parseViewerSession(offerSdp);
  const accepted = new Map<Section, Reply>();
  const refusals: string[] = [];
  for (const section of session.sections) {
    const kind = mediaKind(section);
    const taken = [...accepted.keys()].some(other => other.type === kind);
    const reply = taken ? 'is one more of its kind' : replyTo(section, local, ssrcs, streamId);
    if (typeof reply === 'string') refusals.push(`${section.label} ${reply}`);
    else accepted.set(section, reply);
  }
  if (accepted.size === 0)
    throw new SdpError(422, `nothing can be sent to this viewer: ${refusals.join('; ')}`);
  return answerTo(session, accepted, local);
}

/** What we send to a section, or why we do not. */
function replyTo(
  section: Section,
  local: LocalTransport,
  ssrcs: OutgoingSsrcs,
  streamId: string,
): Reply | string {
  const kind = mediaKind(section);
  if (kind === undefined) return 'is neither audio nor video';
  if (!section.enabled) return 'has port 0';
  if (section.direction === 'sendonly' || section.direction === 'inactive') {
    return `is ${section.direction}, and a viewer has to be recvonly`;
  }
  if (!isSecureRtp(section)) return `is ${section.protocol}, and media has to be SRTP (UDP/TLS/RTP/SAVPF)`;
  const matched = matchPayloads(section.payloads, 'receives');
  const payloads = outgoingPayloads(matched);
  if (payloads.length === 0) return `offers no codec that can pass (${codecNames(kind)})`;
  const extensions = matchExtensions(section, viewerExtensions[kind], 'receives');
  const written = matched.filter(({ payload }) =>
    payloads.some(({ payloadType }) => payloadType === payload.payloadType),
  );
  return {
    media: {
      kind,
      mid: section.mid,
      ssrc: ssrcs[kind],
      rtxSsrc: kind === 'video' ? ssrcs.videoRtx : noSsrc,
      payloads,
      extensions,
      nack: anyNack(matched),
    },
    lines: {
      type: kind,
      protocol: section.protocol,
      mid: section.mid,
      direction: 'sendonly',
      ext: extensionLines(extensions),
      ...transportLines(local, 'passive', section),
      ...sourceLines(kind, ssrcs, streamId),
      ...payloadLines(
        written.map(({ payload, codec, rtx }) => ({
          codec,
          payloadType: payload.payloadType,
          parameters: answerParameters(payload),
          feedback: viewerFeedback[kind].filter(what => payload.feedback.has(what)),
          rtxPayloadType: rtx?.payloadType,
        })),
      ),
    },
  };
}
