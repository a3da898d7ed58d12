/**
 * A viewer's player: what a simulated client receives of one track goes through a jitter buffer, and is played when it
 * comes out. It decodes nothing; it measures what the viewer would notice.
 */
import type { Clock, Timer } from '../transports/clock.ts';
import type { TargetLimits } from '../transports/jitter/buffer-target.ts';
import { JitterBuffer, type JitterOutput } from '../transports/jitter/jitter-buffer.ts';
import type { Codec } from '../transports/rtp/codec.ts';
import { ourExtensionIds } from '../transports/rtp/header-extensions.ts';
import { parseRtp, type RtpPacket } from '../transports/rtp/packet.ts';
import { readPlayoutDelay } from '../transports/rtp/playout-delay.ts';
import { unwrapRtx } from '../transports/rtp/rtx.ts';
import { SequenceUnwrapper, timestampDifference } from '../transports/rtp/sequence.ts';
import type { SimulatedClient } from './client.ts';
import { INTERRUPTION_MS } from './playback.ts';

/** Sound that is stretched by a tenth is not heard as a gap, nor is what a timer is inexact by. */
const HEARD_STRETCH = 1.1;
const INEXACT_MS = 2;

export interface PlayerReport {
  /** Packets of audio or frames of video that were played. */
  readonly played: number;
  /** How far what is played is behind the fastest packets of late. */
  readonly delayMs: number | undefined;
  readonly targetMs: number;
  /** How often, and for how long together, there was nothing to play, or what was played had something missing before it. */
  readonly gaps: number;
  readonly gapsMs: number;
  /** Of the gaps, those that interrupt. */
  readonly interruptions: number;
  readonly packetsLost: number;
  readonly packetsLate: number;
}

export interface SimulatedPlayerOptions {
  readonly clock: Clock;
  /** Takes the offer's payload types and extension ids as they are, as simulated viewers do. */
  readonly client: SimulatedClient;
  readonly codec: Codec;
  /** Of the buffer; those that packets carry take their place. */
  readonly limits?: TargetLimits;
  /** It leaves aside what packets say that it should hold back. */
  readonly ignoresHints?: boolean;
}

/** When something was played, and what part of the media. */
interface Played {
  readonly atMs: number;
  readonly timestamp: number;
}

export class SimulatedPlayer {
  readonly #clock: Clock;
  readonly #codec: Codec;
  readonly #ignoresHints: boolean;
  readonly #buffer: JitterBuffer;
  readonly #sequence = new SequenceUnwrapper();
  #ssrc = 0;
  #timer: Timer | undefined;
  #last: Played | undefined;
  #isLostBefore = false;
  /** How long one packet or frame lasts. */
  #usualMs = 0;
  #played = 0;
  #gaps = 0;
  #gapsMs = 0;
  #interruptions = 0;

  constructor({ clock, client, codec, limits = {}, ignoresHints = false }: SimulatedPlayerOptions) {
    this.#clock = clock;
    this.#ignoresHints = ignoresHints;
    this.#codec = codec;
    const unit = codec.kind === 'audio' ? 'packet' : 'frame';
    this.#buffer = new JitterBuffer({ clockRate: codec.clockRate, unit, limits });
    client.onRtp = bytes => this.#receive(bytes);
  }

  report(): PlayerReport {
    return {
      played: this.#played,
      delayMs: this.#buffer.delayMs,
      targetMs: this.#buffer.targetMs,
      gaps: this.#gaps,
      gapsMs: this.#gapsMs,
      interruptions: this.#interruptions,
      packetsLost: this.#buffer.packetsLost,
      packetsLate: this.#buffer.packetsLate,
    };
  }

  #receive(bytes: Uint8Array): void {
    const received = parseRtp(bytes);
    const packet = received && this.#original(received);
    if (packet === undefined) return;
    const bounds = readPlayoutDelay(packet, ourExtensionIds.playoutDelay);
    if (bounds !== undefined && !this.#ignoresHints)
      this.#buffer.setLimits({ leastMs: bounds.minMs, mostMs: bounds.maxMs });
    this.#buffer.receive(this.#clock.nowMs(), {
      sequenceNumber: this.#sequence.unwrap(packet.sequenceNumber),
      timestamp: packet.timestamp,
      marker: packet.marker,
      payload: packet.bytes.subarray(packet.payloadOffset, packet.payloadOffset + packet.payloadLength),
    });
    this.#play();
  }

  /** A packet of the track, also one that comes as a retransmission. */
  #original(packet: RtpPacket): RtpPacket | undefined {
    const { payloadType, rtxPayloadType } = this.#codec;
    if (packet.payloadType === payloadType) {
      this.#ssrc = packet.ssrc;
      return packet;
    }
    if (packet.payloadType !== rtxPayloadType) return undefined;
    const bytes = unwrapRtx(packet, payloadType, this.#ssrc);
    return bytes && parseRtp(bytes);
  }

  #play(): void {
    const nowMs = this.#clock.nowMs();
    for (let out = this.#buffer.poll(nowMs); out !== undefined; out = this.#buffer.poll(nowMs))
      this.#notice(nowMs, out);
    this.#timer?.cancel();
    const deadline = this.#buffer.deadline();
    this.#timer = deadline && this.#clock.setTimer(deadline.atMs - nowMs, () => this.#play());
  }

  #notice(nowMs: number, out: JitterOutput<Uint8Array>): void {
    if (out.kind === 'lost') {
      this.#isLostBefore = true;
      return;
    }
    const { timestamp } = out;
    const last = this.#last;
    const wasLost = this.#isLostBefore;
    this.#last = { atMs: nowMs, timestamp };
    this.#isLostBefore = false;
    this.#played += 1;
    if (last === undefined) return;
    const passedMs = nowMs - last.atMs;
    const mediaMs = (timestampDifference(timestamp, last.timestamp) * 1000) / this.#codec.clockRate;
    if (wasLost) return this.#count(Math.max(passedMs, mediaMs) - this.#usualMs);
    if (passedMs > mediaMs * HEARD_STRETCH + INEXACT_MS) this.#count(passedMs - mediaMs);
    this.#usualMs = mediaMs;
  }

  #count(gapMs: number): void {
    this.#gaps += 1;
    this.#gapsMs += Math.max(0, gapMs);
    if (gapMs > INTERRUPTION_MS) this.#interruptions += 1;
  }
}
