/** Reading a viewer's answer to our offer (RFC 3264 section 7). */
import { codecById } from '../rtp/codec.ts';
import type { ExtensionName } from '../rtp/header-extensions.ts';
import { type MatchedPayload, matchPayloads } from './codecs-match.ts';
import { matchExtensions } from './extensions.ts';
import { parseParameters } from './payloads.ts';
import { type OutgoingMedia, type OutgoingPayload, type RemoteTransport, SdpError } from './port.ts';
import { isSecureRtp, PLAIN_RTP, type Section } from './section.ts';
import { plainRemoteTransport, remoteTransport } from './transport.ts';
import { parseViewerSession } from './viewer-session.ts';

export interface ViewerAnswer {
  readonly remote: RemoteTransport;
  /** What the viewer takes of what was offered, in its payload types; sections that it turned down are left out. */
  readonly media: readonly OutgoingMedia[];
}

/** `layout` is that of the offer which is answered, and `isPlain` whether that was one of plain RTP. Throws SdpError, and nothing else. */
export function acceptViewerAnswer(
  answerSdp: string,
  layout: readonly OutgoingMedia[],
  isPlain = false,
): ViewerAnswer {
  const session = parseViewerSession(answerSdp);
  if (session.sections.length !== layout.length) {
    throw new SdpError(
      400,
      `the answer has ${session.sections.length} m-lines and the offer ${layout.length}; they have to match (RFC 3264)`,
    );
  }
  const accepted = session.sections.filter((section, index) => accepts(section, layout[index]!, isPlain));
  if (accepted.length === 0) throw new SdpError(422, 'the answer takes neither audio nor video');
  return {
    remote: isPlain ? plainRemoteTransport(session, accepted) : remoteTransport(session, accepted, 'answer'),
    media: accepted.map(section => answered(section, layout[session.sections.indexOf(section)]!)),
  };
}

function accepts(section: Section, offered: OutgoingMedia, isPlain: boolean): boolean {
  if (section.type !== offered.kind) {
    throw new SdpError(
      400,
      `${section.label} of the answer is ${offered.kind} in the offer (RFC 3264 section 6)`,
    );
  }
  if (!section.enabled || section.direction === 'inactive' || section.direction === 'sendonly') return false;
  if (section.mid !== offered.mid) {
    throw new SdpError(
      400,
      `${section.label} has the mid "${section.mid}"; in the offer it is "${offered.mid}"`,
    );
  }
  if (isPlain ? section.protocol === PLAIN_RTP : isSecureRtp(section)) return true;
  const needed = isPlain
    ? `the offer is of plain RTP, and so has to be the answer (${PLAIN_RTP})`
    : 'media has to be SRTP (UDP/TLS/RTP/SAVPF)';
  throw new SdpError(422, `${section.label} is ${section.protocol}; ${needed}`);
}

/** What a section takes of an offered one. */
type Taken = Pick<OutgoingMedia, 'payloads' | 'extensions' | 'nack'>;

/** By the payload types of a section, which viewers share who answer in the same words; so they share this, too. */
const known = new WeakMap<Section['payloads'], { readonly offered: OutgoingMedia; readonly taken: Taken }>();

function answered(section: Section, offered: OutgoingMedia): OutgoingMedia {
  const before = known.get(section.payloads);
  if (before?.offered.payloads === offered.payloads && before.offered.extensions === offered.extensions)
    return { ...offered, ...before.taken };
  const taken = takenOf(section, offered);
  known.set(section.payloads, { offered, taken });
  return { ...offered, ...taken };
}

function takenOf(section: Section, offered: OutgoingMedia): Taken {
  const matched = matchPayloads(withOfferedParameters(section, offered), 'receives');
  const payloads = outgoingPayloads(matched).filter(({ codecId }) =>
    offered.payloads.some(payload => payload.codecId === codecId),
  );
  if (payloads.length === 0) {
    throw new SdpError(422, `${section.label} of the answer takes none of the codecs that were offered`);
  }
  const extensions = matchExtensions(section, Object.keys(offered.extensions) as ExtensionName[], 'receives');
  return { payloads, extensions, nack: anyNack(matched) };
}

/**
 * Some answers leave out the fmtp line of a payload type that they take; then the offer's own counts, when the encoding
 * is the same.
 */
function withOfferedParameters(section: Section, offered: OutgoingMedia): Section['payloads'] {
  return section.payloads.map(payload => {
    if (payload.parameters.size > 0) return payload;
    const codecId = offered.payloads.find(other => other.payloadType === payload.payloadType)?.codecId;
    const codec = codecId === undefined ? undefined : codecById(codecId);
    if (codec?.fmtp === undefined || codec.name.toLowerCase() !== payload.name) return payload;
    return { ...payload, parameters: parseParameters(codec.fmtp) };
  });
}

/** One payload type a codec, the peer's first. */
export function outgoingPayloads(matched: readonly MatchedPayload[]): OutgoingPayload[] {
  const byCodec = new Map<string, OutgoingPayload>();
  for (const { payload, codec, rtx } of matched) {
    if (byCodec.has(codec.id)) continue;
    byCodec.set(codec.id, {
      codecId: codec.id,
      payloadType: payload.payloadType,
      ...(rtx !== undefined && { rtxPayloadType: rtx.payloadType }),
    });
  }
  return [...byCodec.values()];
}

export function anyNack(matched: readonly MatchedPayload[]): boolean {
  return matched.some(({ payload }) => payload.feedback.has('nack'));
}
