/** Which of a peer's payload types are codecs of ours, and which repeat them. */
import { type Codec, codecById, codecs, type MediaKind } from '../rtp/codec.ts';
import type { Payload } from './payloads.ts';

/** A payload type of the peer that we take. */
export interface MatchedPayload {
  readonly payload: Payload;
  readonly codec: Codec;
  /** The payload type that repeats it (RFC 4588 section 8.1). */
  readonly rtx: Payload | undefined;
}

/**
 * The payload types whose codec can pass, in the peer's order. Of H.264 a peer that sends may use packetization mode 0
 * or 1; one that receives has to take mode 1, which is what is sent (RFC 6184 section 6).
 */
export function matchPayloads(payloads: readonly Payload[], peer: 'sends' | 'receives'): MatchedPayload[] {
  const matched: MatchedPayload[] = [];
  for (const payload of payloads) {
    const codec = codecOf(payload);
    if (codec === undefined) continue;
    if (peer === 'receives' && payload.name === 'h264' && packetizationMode(payload) !== '1') continue;
    matched.push({ payload, codec, rtx: retransmissionOf(payload, payloads) });
  }
  return matched;
}

/** The payload type that repeats `payload`, if there is one. */
function retransmissionOf(payload: Payload, payloads: readonly Payload[]): Payload | undefined {
  const apt = String(payload.payloadType);
  return payloads.find(
    other =>
      other.name === 'rtx' && other.parameters.get('apt') === apt && other.clockRate === payload.clockRate,
  );
}

/** The names of the codecs that can pass, for messages. */
export function codecNames(kind: MediaKind): string {
  return [...new Set(codecs.filter(codec => codec.kind === kind).map(codec => codec.name))].join(', ');
}

/** The codec of transports/rtp/codec.ts that the peer means, if it is one of ours. */
export function codecOf(payload: Payload): Codec | undefined {
  const id = candidateId(payload);
  const codec = id === undefined ? undefined : codecById(id);
  return codec?.clockRate === payload.clockRate && (codec.channels ?? 1) === payload.channels
    ? codec
    : undefined;
}

function candidateId({ name, parameters }: Payload): string | undefined {
  switch (name) {
    case 'opus':
    case 'vp8':
      return name;
    case 'vp9':
      return `vp9/${parameters.get('profile-id') ?? '0'}`;
    case 'av1':
      return `av1/${parameters.get('profile') ?? '0'}`;
    case 'h264': {
      const mode = parameters.get('packetization-mode') ?? '0';
      return mode === '0' || mode === '1' ? h264Id(parameters.get('profile-level-id')) : undefined;
    }
    default:
      return undefined;
  }
}

function packetizationMode(payload: Payload): string {
  return payload.parameters.get('packetization-mode') ?? '0';
}

/**
 * The H.264 profile by RFC 6184 section 8.1, table 5, of which Constrained High counts as High; without the parameter
 * it is Baseline.
 */
function h264Id(profileLevelId = '42000a'): string | undefined {
  if (!/^[0-9a-f]{6}$/i.test(profileLevelId)) return undefined;
  const profile = profileLevelId.slice(0, 2).toLowerCase();
  const constraints = Number.parseInt(profileLevelId.slice(2, 4), 16);
  const set0 = (constraints & 0x80) !== 0;
  const set1 = (constraints & 0x40) !== 0;
  switch (profile) {
    case '42':
      return set1 ? 'h264/42e0' : 'h264/4200';
    case '4d':
      return set0 ? 'h264/42e0' : 'h264/4d00';
    case '58':
      if (!set0) return undefined;
      return set1 ? 'h264/42e0' : 'h264/4200';
    case '64':
      return 'h264/6400';
    default:
      return undefined;
  }
}
