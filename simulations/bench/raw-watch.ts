/**
 * What reaches a viewer that has every packet as it came: whether it was in order, whether all of it came, and which frames
 * of video could be decoded, by a decoder that takes packets as they arrive and by one that waits for what is missing.
 */
import { codecs, type MediaKind } from '../../transports/rtp/codec.ts';
import { parseRtp, type RtpPacket } from '../../transports/rtp/packet.ts';
import { SequenceUnwrapper } from '../../transports/rtp/sequence.ts';
import { demultiplex } from '../../transports/webrtc/demultiplex.ts';
import { InOrder } from './in-order.ts';
import { type VideoPacket, Vp8Check } from './vp8-check.ts';

/** As long as a node goes on asking for a packet: what has not come by then never comes. */
const WAIT_MS = 2000;

const kindOf = new Map<number, MediaKind>(
  codecs.filter(({ id }) => id === 'vp8' || id === 'opus').map(codec => [codec.payloadType, codec.kind]),
);

export interface RawCounts {
  /** Frames of video of which a packet came. */
  readonly frames: number;
  /** Of those, the ones that could not be decoded even by a decoder that waits 2 s for what is missing. */
  readonly undecodableFrames: number;
  /** Of those, the ones that could not be decoded from the packets as they came, without waiting. */
  readonly undecodableOnArrival: number;
  /** Of those, the ones that somebody on the way ended before their last packet. */
  readonly cutShortFrames: number;
  readonly packetsOutOfOrder: number;
  readonly packetsMissing: number;
  readonly audioOutOfOrder: number;
  readonly audioMissing: number;
}

export class RawWatch {
  readonly #hasty = new Vp8Check();
  readonly #patient = new Vp8Check();
  readonly #video = new Track<VideoPacket>();
  readonly #audio = new Track<number>();

  /** What it was; undefined for anything but VP8 and Opus. The bytes may be kept. */
  receive(nowMs: number, bytes: Uint8Array): MediaKind | undefined {
    const packet = demultiplex(bytes) === 'srtp' ? parseRtp(bytes) : undefined;
    const kind = packet && kindOf.get(packet.payloadType);
    if (packet === undefined || kind === undefined) return undefined;
    if (kind === 'audio') {
      this.#audio.take(nowMs, packet.sequenceNumber, number => number);
    } else {
      const video = this.#video.take(nowMs, packet.sequenceNumber, number => videoPacket(packet, number));
      this.#hasty.receive(video);
    }
    this.#advance(nowMs);
    return kind;
  }

  /** What went missing before is not to be counted against what comes from here on. */
  forgive(): void {
    this.#hasty.forgive();
    this.#patient.forgive();
  }

  counts(nowMs: number): RawCounts {
    this.#advance(nowMs);
    const video = this.#video.order.counts;
    const audio = this.#audio.order.counts;
    return {
      frames: this.#hasty.counts.frames,
      undecodableFrames: this.#patient.counts.undecodable,
      undecodableOnArrival: this.#hasty.counts.undecodable,
      cutShortFrames: this.#patient.counts.cutShort,
      packetsOutOfOrder: video.outOfOrder + video.useless,
      packetsMissing: video.missing,
      audioOutOfOrder: audio.outOfOrder + audio.useless,
      audioMissing: audio.missing,
    };
  }

  #advance(nowMs: number): void {
    this.#video.order.advance(nowMs);
    this.#audio.order.advance(nowMs);
    for (let next = this.#video.order.poll(); next !== undefined; next = this.#video.order.poll())
      this.#patient.receive(next);
    // Only the order of sound is watched.
    while (this.#audio.order.poll() !== undefined);
  }
}

class Track<Packet> {
  readonly #numbers = new SequenceUnwrapper(16);
  readonly order = new InOrder<Packet>(WAIT_MS);

  take(nowMs: number, wrapped: number, packet: (sequenceNumber: number) => Packet): Packet {
    const number = this.#numbers.unwrap(wrapped);
    const taken = packet(number);
    this.order.receive(nowMs, number, taken);
    return taken;
  }
}

function videoPacket(packet: RtpPacket, sequenceNumber: number): VideoPacket {
  const { bytes, timestamp, marker, payloadOffset, payloadLength } = packet;
  const payload = bytes.subarray(payloadOffset, payloadOffset + payloadLength);
  return { sequenceNumber, timestamp, marker, payload };
}
