/**
 * Whether sound and picture are in step, as a player finds out: sender reports say which moment a timestamp is of (RFC 3550
 * section 6.4.1), and the marks in the packets which it really was.
 */
import { wallMsFromNtp } from '../transports/rtcp/ntp.ts';
import { parseRtcp } from '../transports/rtcp/parse.ts';
import { codecById, type MediaKind } from '../transports/rtp/codec.ts';
import { timestampDifference } from '../transports/rtp/sequence.ts';
import type { MarkedPacket } from './marked-packet.ts';

const TICKS_PER_MS: Record<MediaKind, number> = {
  audio: codecById('opus')!.clockRate / 1000,
  video: codecById('vp8')!.clockRate / 1000,
};

interface Track {
  ssrc: number;
  /** By the last report: that timestamp is of that moment. */
  report: { readonly timestamp: number; readonly wallMs: number } | undefined;
  /** By how much later the reports have it than it was, ms; the two clocks begin apart, the same for both tracks. */
  errorMs: number | undefined;
}

const fresh = (): Track => ({ ssrc: 0, report: undefined, errorMs: undefined });

export class LipSync {
  readonly #tracks: Record<MediaKind, Track> = { audio: fresh(), video: fresh() };
  /** Told once for each report of pictures: by how much sound is stamped later than they are, ms. */
  readonly #onSkew: (skewMs: number) => void;

  constructor(onSkew: (skewMs: number) => void) {
    this.#onSkew = onSkew;
  }

  receive({ kind, ssrc, timestamp, sentAtMs, isRepair }: MarkedPacket): void {
    const track = this.#tracks[kind];
    if (isRepair) return;
    if (track.ssrc !== ssrc) Object.assign(track, fresh(), { ssrc });
    if (track.report === undefined) return;
    const ticks = timestampDifference(timestamp, track.report.timestamp);
    track.errorMs = track.report.wallMs + ticks / TICKS_PER_MS[kind] - sentAtMs;
  }

  receiveRtcp(bytes: Uint8Array): void {
    for (const packet of parseRtcp(bytes) ?? []) {
      if (packet.kind !== 'sender-report') continue;
      const { audio, video } = this.#tracks;
      // Before it is replaced: what the packets since the last report have come to.
      if (packet.ssrc === video.ssrc && audio.errorMs !== undefined && video.errorMs !== undefined)
        this.#onSkew(audio.errorMs - video.errorMs);
      for (const track of [audio, video])
        if (track.ssrc === packet.ssrc)
          track.report = { timestamp: packet.rtpTimestamp, wallMs: wallMsFromNtp(packet.ntp) };
    }
  }
}
