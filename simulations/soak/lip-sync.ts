/**
 * How far picture and sound are apart for a player that does as RTCP says: by the sender reports each packet has a time on the
 * sender's clock (RFC 3550 section 6.4.1), which the marks in the packets tell as well.
 */
import { wallMsFromNtp } from '../../transports/rtcp/ntp.ts';
import { parseRtcp } from '../../transports/rtcp/parse.ts';
import type { MediaKind } from '../../transports/rtp/codec.ts';
import { timestampDifference } from '../../transports/rtp/sequence.ts';
import type { MarkedPacket } from '../marked-packet.ts';

const TICKS_PER_MS: Record<MediaKind, number> = { audio: 48, video: 90 };
/** Who has just come is shown the past in quick motion, with timestamps as if it had been made so: see playback.ts. */
const CATCH_UP_MS = 3_000;

interface Track {
  readonly ssrc: number;
  report: { readonly wallMs: number; readonly timestamp: number } | undefined;
  /** When a report had come first, ms. */
  sinceMs: number | undefined;
  errorMs: number | undefined;
}

export class LipSync {
  readonly #tracks = new Map<MediaKind, Track>();

  receiveRtcp(nowMs: number, bytes: Uint8Array): void {
    for (const packet of parseRtcp(bytes) ?? []) {
      if (packet.kind !== 'sender-report') continue;
      const track = [...this.#tracks.values()].find(({ ssrc }) => ssrc === packet.ssrc);
      if (track === undefined) continue;
      track.report = { wallMs: wallMsFromNtp(packet.ntp), timestamp: packet.rtpTimestamp };
      track.sinceMs ??= nowMs;
    }
  }

  /** How much later than sound a picture would be shown that were made at once, ms; undefined where that is not known. */
  receive(nowMs: number, { kind, ssrc, timestamp, sentAtMs, isRepair }: MarkedPacket): number | undefined {
    if (isRepair) return undefined;
    const track = this.#trackOf(kind, ssrc);
    if (track.report === undefined || nowMs - track.sinceMs! < CATCH_UP_MS) return undefined;
    const sinceReportMs = timestampDifference(timestamp, track.report.timestamp) / TICKS_PER_MS[kind];
    track.errorMs = track.report.wallMs + sinceReportMs - sentAtMs;
    const [audio, video] = [this.#tracks.get('audio')?.errorMs, this.#tracks.get('video')?.errorMs];
    return audio === undefined || video === undefined || kind === 'audio' ? undefined : video - audio;
  }

  #trackOf(kind: MediaKind, ssrc: number): Track {
    const known = this.#tracks.get(kind);
    if (known?.ssrc === ssrc) return known;
    const track: Track = { ssrc, report: undefined, sinceMs: undefined, errorMs: undefined };
    this.#tracks.set(kind, track);
    return track;
  }
}
