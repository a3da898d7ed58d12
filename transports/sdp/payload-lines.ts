/** The rtpmap, fmtp and rtcp-fb lines of a section that we write. */
import type { SdpMedia } from 'sdp-transform';
import type { Codec } from '../rtp/codec.ts';
import type { Payload } from './payloads.ts';

export interface WrittenPayload {
  readonly codec: Codec;
  readonly payloadType: number;
  /** The fmtp line's parameters, or nothing for no line. */
  readonly parameters: string;
  /** As rtcp-fb writes them: `nack`, `nack pli`. */
  readonly feedback: readonly string[];
  readonly rtxPayloadType?: number | undefined;
}

export function payloadLines(payloads: readonly WrittenPayload[]) {
  const lines = { rtp: [], fmtp: [], rtcpFb: [] } as Required<Pick<SdpMedia, 'rtp' | 'fmtp' | 'rtcpFb'>>;
  const payloadTypes: number[] = [];
  for (const { codec, payloadType, parameters, feedback, rtxPayloadType } of payloads) {
    const { name, clockRate, channels } = codec;
    payloadTypes.push(payloadType);
    lines.rtp.push({
      payload: payloadType,
      codec: name,
      rate: clockRate,
      ...(channels && { encoding: channels }),
    });
    for (const what of feedback) {
      const [type = what, subtype] = what.split(' ');
      lines.rtcpFb.push({ payload: payloadType, type, ...(subtype && { subtype }) });
    }
    if (parameters !== '') lines.fmtp.push({ payload: payloadType, config: parameters });
    if (rtxPayloadType === undefined) continue;
    payloadTypes.push(rtxPayloadType);
    lines.rtp.push({ payload: rtxPayloadType, codec: 'rtx', rate: clockRate });
    lines.fmtp.push({ payload: rtxPayloadType, config: `apt=${payloadType}` });
  }
  return { payloads: payloadTypes.join(' '), ...lines };
}

/** The parameters that an answer repeats; those of a sender (sprop-…) or of one browser (x-google-…) it does not. */
const repeated: Record<string, readonly string[]> = {
  opus: ['usedtx', 'maxaveragebitrate', 'maxplaybackrate', 'cbr'],
  vp9: ['profile-id'],
  av1: ['level-idx', 'profile', 'tier'],
  h264: ['level-asymmetry-allowed', 'packetization-mode', 'profile-level-id'],
};

/**
 * The fmtp parameters of an answer. Levels are repeated as they were offered, for what passes is never decoded here.
 * Of Opus we ask for forward error correction, and for stereo when that is what will be sent (RFC 7587 section 7.1).
 */
export function answerParameters({ name, parameters }: Payload): string {
  const answer = (repeated[name] ?? []).flatMap(key => {
    const value = parameters.get(key);
    return value !== undefined && /^[\w.+-]{1,32}$/.test(value) ? [`${key}=${value}`] : [];
  });
  if (name !== 'opus') return answer.join(';');
  const stereo = parameters.get('stereo') === '1' || parameters.get('sprop-stereo') === '1';
  return ['minptime=10', 'useinbandfec=1', ...(stereo ? ['stereo=1'] : []), ...answer].join(';');
}
