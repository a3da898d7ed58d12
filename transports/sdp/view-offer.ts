/** Our own offer to a viewer: what every viewer of every stream is offered, so that all share one RTP header. */
import type { SdpMedia } from 'sdp-transform';
import type { Fingerprint } from '../dtls/port.ts';
import { type Codec, codecs, type MediaKind } from '../rtp/codec.ts';
import { type ExtensionIds, ourExtensionIds } from '../rtp/header-extensions.ts';
import { extensionLines, viewerExtensions } from './extensions.ts';
import { OfferTemplate, type OfferValues } from './offer-template.ts';
import { payloadLines } from './payload-lines.ts';
import type { LocalTransport, OutgoingMedia, OutgoingSsrcs } from './port.ts';
import { PLAIN_RTP } from './section.ts';
import { sourceLines, transportLines, writeSession } from './write.ts';

/** The feedback that we answer viewers: retransmission from history, and keyframes. */
export const viewerFeedback: Record<MediaKind, readonly string[]> = {
  audio: ['nack'],
  video: ['nack', 'nack pli', 'ccm fir'],
};

/** What is the same for every viewer. */
const offered = { audio: offeredTo('audio', '0'), video: offeredTo('video', '1') };

/** An audio section has no retransmission payload type, and so no SSRC that one would use. */
export const noSsrc = 0;

export interface ViewOffer {
  readonly sdp: string;
  /** What was offered: what `acceptViewerAnswer` reads the answer by. */
  readonly layout: readonly OutgoingMedia[];
}

/** By the candidates that they name: a shard has one certificate and one set of addresses, and so one template of each kind. */
type Templates = WeakMap<
  LocalTransport['candidates'],
  { of: Fingerprint | undefined; template: OfferTemplate }
>;
const templates: { readonly encrypted: Templates; readonly plain: Templates } = {
  encrypted: new WeakMap(),
  plain: new WeakMap(),
};

/**
 * Offers audio and video with every codec that can pass, whether or not the stream has them now: then a publisher may
 * change its codecs or add a track, and viewers need not negotiate again. Without a fingerprint in `local` media is plain RTP.
 */
export function offerToViewer(local: LocalTransport, ssrcs: OutgoingSsrcs, streamId: string): ViewOffer {
  return { layout: layoutOf(ssrcs), sdp: templateFor(local).fill({ local, ssrcs, streamId }) };
}

function templateFor(local: LocalTransport): OfferTemplate {
  const ofKind = local.fingerprint === undefined ? templates.plain : templates.encrypted;
  const known = ofKind.get(local.candidates);
  if (known !== undefined && known.of === local.fingerprint) return known.template;
  const template = new OfferTemplate(local, writeOffer);
  ofKind.set(local.candidates, { of: local.fingerprint, template });
  return template;
}

/** All of an offer, line by line. */
export function writeOffer({ local, ssrcs, streamId }: OfferValues): string {
  const layout = layoutOf(ssrcs);
  const media = layout.map(section => sectionLines(section, local, ssrcs, streamId));
  return writeSession(
    local,
    media,
    layout.map(({ mid }) => mid),
  );
}

function layoutOf(ssrcs: OutgoingSsrcs): readonly OutgoingMedia[] {
  return [
    { ...offered.audio, ssrc: ssrcs.audio, rtxSsrc: noSsrc },
    { ...offered.video, ssrc: ssrcs.video, rtxSsrc: ssrcs.videoRtx },
  ];
}

function sectionLines(
  { kind, mid, extensions }: OutgoingMedia,
  local: LocalTransport,
  ssrcs: OutgoingSsrcs,
  streamId: string,
): SdpMedia {
  return {
    type: kind,
    protocol: local.fingerprint === undefined ? PLAIN_RTP : 'UDP/TLS/RTP/SAVPF',
    mid,
    direction: 'sendonly',
    ext: extensionLines(extensions),
    ...transportLines(local, 'actpass'),
    ...sourceLines(kind, ssrcs, streamId),
    ...payloadLines(
      codecsOf(kind).map(codec => ({
        codec,
        payloadType: codec.payloadType,
        parameters: codec.fmtp ?? '',
        feedback: viewerFeedback[kind],
        rtxPayloadType: codec.rtxPayloadType,
      })),
    ),
  };
}

function offeredTo(kind: MediaKind, mid: string): Omit<OutgoingMedia, 'ssrc' | 'rtxSsrc'> {
  const extensions: ExtensionIds = {};
  for (const name of viewerExtensions[kind]) extensions[name] = ourExtensionIds[name];
  return {
    kind,
    mid,
    payloads: codecsOf(kind).map(({ id, payloadType, rtxPayloadType }) => ({
      codecId: id,
      payloadType,
      ...(rtxPayloadType !== undefined && { rtxPayloadType }),
    })),
    extensions,
    nack: true,
  };
}

function codecsOf(kind: MediaKind): readonly Codec[] {
  return codecs.filter(codec => codec.kind === kind);
}
