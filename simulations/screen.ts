/**
 * A student's browser on a simulated client, as far as a server can tell: it puts packets in order, asks again for what is
 * missing, and for a keyframe where it cannot go on. It decodes nothing, but knows by the marks what it could.
 */
import type { Clock, Timer } from '../transports/clock.ts';
import { buildNack, buildPli } from '../transports/rtcp/build.ts';
import type { MediaKind } from '../transports/rtp/codec.ts';
import { NackGenerator } from '../transports/rtp/nack-generator.ts';
import { SequenceUnwrapper } from '../transports/rtp/sequence.ts';
import type { SimulatedClient } from './client.ts';
import type { LipSync } from './lip-sync.ts';
import { type MarkedPacket, readMarkedPacket } from './marked-packet.ts';
import type { Playback } from './playback.ts';

/** How long the next packet is waited for: sound as long as a jitter buffer bridges, pictures as long as repairs come. */
const WAIT_MS: Record<MediaKind, number> = { audio: 200, video: 2000 };
/** A picture that stands for so long has a keyframe asked for, and again as often; Chromium takes 200 ms and more. */
const PLI_AFTER_MS = 300;
const PLI_INTERVAL_MS = 1000;
/** As the sender of its RTCP; it sends no media. */
const OWN_SSRC = 1;
/** A timer that is set by a difference may ring a rounding error early; none is set for less than this. */
const TIMER_MIN_MS = 0.001;
/** More than two seconds of any track here. */
const HELD_MAX = 2048;

export interface ScreenOptions {
  readonly clock: Clock;
  readonly client: Pick<SimulatedClient, 'send' | 'onRtp' | 'onRtcp'>;
  readonly playback: Pick<Playback, 'played' | 'lost'>;
  /** Measured where it is given. */
  readonly lipSync?: LipSync;
}

export class SimulatedScreen {
  readonly #tracks: Readonly<Record<MediaKind, Track>>;

  /** Packets that it has asked for again, each time counted. */
  get asked(): number {
    return Object.values(this.#tracks).reduce((sum, track) => sum + track.asked, 0);
  }

  constructor({ clock, client, playback, lipSync }: ScreenOptions) {
    const send = (bytes: Uint8Array) => client.send(bytes);
    this.#tracks = {
      audio: new Track('audio', clock, send, playback),
      video: new Track('video', clock, send, playback),
    };
    client.onRtp = bytes => {
      const packet = readMarkedPacket(bytes);
      if (packet === undefined) return;
      lipSync?.receive(packet);
      this.#tracks[packet.kind].receive(packet);
    };
    if (lipSync !== undefined) client.onRtcp = bytes => lipSync.receiveRtcp(bytes);
  }

  stop(): void {
    for (const track of Object.values(this.#tracks)) track.stop();
  }
}

class Track {
  readonly #kind: MediaKind;
  readonly #clock: Clock;
  readonly #send: (bytes: Uint8Array) => void;
  readonly #playback: ScreenOptions['playback'];
  readonly #nacks = new NackGenerator();
  readonly #sequence = new SequenceUnwrapper();
  readonly #held = new Map<number, { readonly packet: MarkedPacket; readonly atMs: number }>();
  #ssrc = 0;
  /** Undefined while a picture waits for its first keyframe. */
  #next: number | undefined;
  /** Whether all of the frame that is under way has come. */
  #isWhole = false;
  /** By mark: what the next packet has to be for its frame to be decodable. */
  #expected: number | undefined;
  #pliAtMs = Number.NEGATIVE_INFINITY;
  #timer: Timer | undefined;

  constructor(
    kind: MediaKind,
    clock: Clock,
    send: (bytes: Uint8Array) => void,
    playback: ScreenOptions['playback'],
  ) {
    this.#kind = kind;
    this.#clock = clock;
    this.#send = send;
    this.#playback = playback;
  }

  get asked(): number {
    return this.#nacks.counters.asked;
  }

  receive(packet: MarkedPacket): void {
    const nowMs = this.#clock.nowMs();
    if (!packet.isRepair) this.#ssrc = packet.ssrc;
    this.#nacks.receive(nowMs, packet.sequenceNumber, { recovered: packet.isRepair });
    const number = this.#sequence.unwrap(packet.sequenceNumber);
    if (this.#next === undefined && (this.#kind === 'audio' || isKeyframeBegin(packet))) this.#next = number;
    if (this.#next !== undefined && number < this.#next) return;
    if (this.#held.size >= HELD_MAX) this.#held.clear();
    this.#held.set(number, { packet, atMs: nowMs });
    this.#go(nowMs);
  }

  stop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  #go(nowMs: number): void {
    this.#release(nowMs);
    while (this.#held.size > 0 && this.#mustSkip(nowMs)) {
      this.#skip();
      this.#release(nowMs);
    }
    this.#nacks.advance(nowMs);
    for (let numbers = this.#nacks.poll(); numbers !== undefined; numbers = this.#nacks.poll())
      this.#send(buildNack(OWN_SSRC, this.#ssrc, numbers));
    this.#wantKeyframe(nowMs);
    this.#arm(nowMs);
  }

  #release(nowMs: number): void {
    if (this.#next === undefined) return;
    for (let one = this.#held.get(this.#next); one !== undefined; one = this.#held.get(this.#next)) {
      this.#held.delete(this.#next);
      this.#next += 1;
      this.#play(nowMs, one.packet);
    }
  }

  #play(nowMs: number, packet: MarkedPacket): void {
    const { number, sentAtMs, beginsFrame, endsFrame } = packet;
    if (this.#kind === 'audio') {
      if (this.#expected !== undefined && number > this.#expected)
        this.#playback.lost('audio', number - this.#expected);
      this.#expected = number + 1;
      this.#playback.played(nowMs, 'audio', sentAtMs);
      return;
    }
    const follows = number === this.#expected && (beginsFrame || this.#isWhole);
    this.#isWhole = follows || isKeyframeBegin(packet);
    this.#expected = number + 1;
    // What follows a gap is rubbish up to the next keyframe, whoever has left it.
    if (!this.#isWhole) this.#expected = undefined;
    if (!endsFrame) return;
    if (this.#isWhole) this.#playback.played(nowMs, 'video', sentAtMs);
    else this.#playback.lost('video', 1);
  }

  #mustSkip(nowMs: number): boolean {
    const [first] = this.#held.values();
    if (this.#next === undefined || first === undefined) return false;
    if (nowMs - first.atMs >= WAIT_MS[this.#kind]) return true;
    return this.#kind === 'video' && this.#keyframe() !== undefined;
  }

  /** The lowest number that is held and begins a keyframe. */
  #keyframe(): number | undefined {
    let lowest: number | undefined;
    for (const [number, { packet }] of this.#held)
      if (isKeyframeBegin(packet) && (lowest === undefined || number < lowest)) lowest = number;
    return lowest;
  }

  #skip(): void {
    const lowest = this.#keyframe() ?? Math.min(...this.#held.keys());
    for (const number of this.#held.keys()) if (number < lowest) this.#held.delete(number);
    this.#next = lowest;
    this.#isWhole = false;
    this.#nacks.forgetBefore(lowest & 0xffff);
  }

  #wantKeyframe(nowMs: number): void {
    if (this.#kind !== 'video' || nowMs - this.#pliAtMs < PLI_INTERVAL_MS) return;
    const [first] = this.#held.values();
    const isStuck = first !== undefined && nowMs - first.atMs >= PLI_AFTER_MS;
    if (!isStuck && (this.#next === undefined || this.#isWhole)) return;
    this.#pliAtMs = nowMs;
    this.#send(buildPli(OWN_SSRC, this.#ssrc));
  }

  #arm(nowMs: number): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    const [first] = this.#held.values();
    let atMs = this.#nacks.deadline()?.atMs ?? Number.POSITIVE_INFINITY;
    if (first !== undefined) {
      atMs = Math.min(atMs, first.atMs + WAIT_MS[this.#kind]);
      if (this.#kind === 'video')
        atMs = Math.min(atMs, Math.max(first.atMs + PLI_AFTER_MS, this.#pliAtMs + PLI_INTERVAL_MS));
    }
    if (Number.isFinite(atMs))
      this.#timer = this.#clock.setTimer(Math.max(TIMER_MIN_MS, atMs - nowMs), () =>
        this.#go(this.#clock.nowMs()),
      );
  }
}

function isKeyframeBegin({ beginsFrame, isKeyframe }: MarkedPacket): boolean {
  return beginsFrame && isKeyframe;
}
