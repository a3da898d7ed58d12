/**
 * What goes from a stream's tracks to its viewers: packets as they pass, the past to those who join, repairs to those who
 * lost something, and the publisher's clock to all.
 */
import type { Fanout } from '../../transports/fanout/port.ts';
import type { MediaKind } from '../../transports/rtp/codec.ts';
import type { Egress } from './egress.ts';
import type { OutgoingTrack } from './outgoing-track.ts';
import type { PlaneCounters } from './reports.ts';
import type { MediaSession } from './session-table.ts';
import { CLOCK_RATES, type TrackClock } from './stream-clock.ts';
import type { StreamEntry } from './stream-table.ts';
import type { StreamTrack, TrackPacket } from './stream-track.ts';
import type { TrackSteps } from './track-steps.ts';
import { isWorthServing, type Past, type VideoFeed } from './video-feed.ts';
import type { ViewerWish } from './viewer.ts';

/**
 * How far back the last keyframe may lie for a viewer to begin with it. The longer, the fewer keyframes a crowd that joins
 * costs the publisher, each of which is worth a second of its picture, and the more each viewer has to be sent and to
 * decode before it is at the live edge.
 */
export const JOIN_PAST_MS = 5000;

const kinds: readonly MediaKind[] = ['audio', 'video'];

export interface AudienceOptions {
  readonly egress: Egress;
  readonly fanout: Fanout;
  readonly steps: TrackSteps;
  readonly counters: PlaneCounters;
  /** A keyframe of the stream is to be asked for, as soon as that may be. */
  readonly wantKeyframe: (nowMs: number, entry: StreamEntry) => void;
  /** A session's own core has thrown. */
  readonly evict: (nowMs: number, session: MediaSession, error: unknown) => void;
}

export class Audience {
  readonly #options: AudienceOptions;
  /** Viewers whose outlets have thrown in this turn. */
  readonly #faults: { readonly session: MediaSession; readonly error: unknown }[] = [];

  constructor(options: AudienceOptions) {
    this.#options = options;
  }

  /** A packet that has just passed its track, to every viewer that is at the live edge, or comes there by it. */
  forward(nowMs: number, entry: StreamEntry, kind: MediaKind, packet: TrackPacket): void {
    if (kind === 'video') for (const session of entry.waiting) this.#admit(nowMs, entry, session, packet);
    this.#options.counters.packetsSent += entry.edges[kind].send(nowMs, packet);
  }

  /** The end of a turn: what was forwarded is on its way. */
  settle(nowMs: number): void {
    this.#options.fanout.flush();
    for (const { session, error } of this.#faults.splice(0)) this.#options.evict(nowMs, session, error);
  }

  /** A viewer's media may flow: it hears the clock, and comes to the sound and to the picture if it takes them. */
  welcome(nowMs: number, entry: StreamEntry, session: MediaSession): void {
    const { peer, viewer } = session;
    if (viewer === undefined || peer.srtp === undefined || peer.path === undefined) return;
    viewer.open(this.#options.fanout, peer.srtp, peer.path, error => this.#faults.push({ session, error }));
    for (const kind of kinds) {
      const clock = entry.clock.told(kind);
      if (clock !== undefined) this.#tellClock(nowMs, session, kind, clock);
      entry.telling[kind].join(session);
    }
    const audio = viewer.track('audio');
    if (audio !== undefined) entry.edges.audio.join(audio);
    if (this.#feedOf(session) === undefined) return;
    entry.waiting.add(session);
    this.#begin(nowMs, entry, session);
  }

  /** The viewer has gone. */
  leave(entry: StreamEntry, session: MediaSession): void {
    entry.waiting.delete(session);
    for (const kind of kinds) {
      entry.telling[kind].leave(session);
      const track = session.viewer?.track(kind);
      if (track !== undefined) entry.edges[kind].leave(track);
    }
  }

  /** Those who waited for a keyframe begin with the past that has come; whose deadlines are to be looked at. */
  beginWithPast(nowMs: number, entry: StreamEntry): readonly MediaSession[] {
    const begun = [...entry.waiting].filter(session => this.#feedOf(session)?.state === 'awaiting keyframe');
    for (const session of begun) this.#begin(nowMs, entry, session);
    return begun;
  }

  /** Sends a viewer that is catching up what it may have by now. */
  advance(nowMs: number, entry: StreamEntry, session: MediaSession): void {
    const video = session.viewer?.track('video');
    if (video?.feed?.state !== 'catching up') return;
    const isServed = this.#options.steps.step(entry, 'video', track =>
      this.#serve(nowMs, entry, session, video, track),
    );
    if (isServed === true) return;
    video.feed.restart();
    video.skip();
    this.#options.wantKeyframe(nowMs, entry);
  }

  /** What a viewer asks for: from history, or, for a keyframe, of the publisher when its time has come. */
  grant(nowMs: number, entry: StreamEntry, session: MediaSession, wish: ViewerWish): void {
    const track = session.viewer?.track(wish.kind);
    if (track === undefined) return;
    if (wish.keyframe) this.#options.wantKeyframe(nowMs, entry);
    const { missing } = wish;
    if (missing.length > 0) track.feed?.slowDown();
    for (let i = 0; i < missing.length; i += 1) {
      if (!track.mayRepeat(nowMs)) {
        track.notRetransmitted += missing.length - i;
        return;
      }
      this.#repeat(nowMs, entry, track, missing[i]!);
    }
  }

  /** The publisher's clock, told to every viewer who has to know it. */
  tellClock(nowMs: number, entry: StreamEntry, kind: MediaKind, clock: TrackClock): void {
    for (const session of entry.telling[kind].report(nowMs, clock, entry.viewers))
      this.#tellClock(nowMs, session, kind, clock);
  }

  #feedOf({ viewer }: MediaSession): VideoFeed | undefined {
    return viewer?.track('video')?.feed;
  }

  #begin(nowMs: number, entry: StreamEntry, session: MediaSession): void {
    const feed = this.#feedOf(session);
    if (feed === undefined) return;
    const { steps, wantKeyframe, counters } = this.#options;
    // Of a past that is still coming nobody knows where it ends.
    const past = entry.hasPast ? undefined : steps.step(entry, 'video', track => pastOf(nowMs, track));
    feed.begin(nowMs, past);
    if (past !== undefined) counters.joinsFromHistory += 1;
    else if (!entry.hasPast) wantKeyframe(nowMs, entry);
  }

  /** Brings a viewer to the live edge with this packet, if it is one to begin with. */
  #admit(nowMs: number, entry: StreamEntry, session: MediaSession, packet: TrackPacket): void {
    const video = session.viewer?.track('video');
    if (video?.feed === undefined) return;
    try {
      // What is past is not for now, and comes all at once: it is begun with when it is there.
      if (entry.hasPast || !video.feed.takes(packet.beginsKeyframe)) return;
      video.skip();
      this.#bringToEdge(entry, session, video);
    } catch (error) {
      this.#options.evict(nowMs, session, error);
    }
  }

  #bringToEdge(entry: StreamEntry, session: MediaSession, video: OutgoingTrack): void {
    entry.waiting.delete(session);
    entry.edges.video.join(video);
  }

  /** False when history does not reach back to what the viewer is to have next, or its link is too slow. */
  #serve(
    nowMs: number,
    entry: StreamEntry,
    session: MediaSession,
    video: OutgoingTrack,
    track: StreamTrack,
  ): boolean {
    const feed = video.feed!;
    if (feed.isTooSlow(nowMs)) return false;
    const kept = track.kept(nowMs);
    const next = () => feed.next(nowMs, kept);
    for (let number = next(); number !== undefined; number = next()) {
      if (number === 'lost') return false;
      const packet = track.packet(number);
      if (packet !== undefined && video.send(nowMs, packet)) this.#options.counters.packetsSent += 1;
      feed.sent(packet?.bytes.length ?? 0);
    }
    if (feed.state === 'live') this.#bringToEdge(entry, session, video);
    return true;
  }

  #repeat(nowMs: number, entry: StreamEntry, track: OutgoingTrack, number: number): void {
    const sequenceNumber = track.trackNumber(number);
    if (sequenceNumber !== undefined && track.hasJustRepeated(nowMs, sequenceNumber)) return;
    const sent =
      sequenceNumber === undefined
        ? undefined
        : this.#options.steps.step(entry, track.kind, core => core.packet(sequenceNumber));
    if (sent !== undefined && track.repeat(nowMs, sent)) this.#options.counters.packetsSent += 1;
    else track.notRetransmitted += 1;
  }

  #tellClock(nowMs: number, session: MediaSession, kind: MediaKind, clock: TrackClock): void {
    try {
      const rtcp = session.viewer?.senderReport(nowMs, kind, clock);
      if (rtcp !== undefined) this.#options.egress.sendRtcp(session, rtcp);
    } catch (error) {
      this.#options.evict(nowMs, session, error);
    }
  }
}

/** What a viewer that joins now is served; undefined when there is no keyframe, or it is too long past. */
function pastOf(nowMs: number, track: StreamTrack): Past | undefined {
  const packets = track.sinceKeyframe(nowMs, JOIN_PAST_MS);
  const [first] = packets;
  if (first === undefined) return undefined;
  let bytes = 0;
  let liveTimestamp = first.timestamp;
  for (const packet of packets) {
    bytes += packet.bytes.length;
    liveTimestamp = Math.max(liveTimestamp, packet.timestamp);
  }
  const durationMs = ((liveTimestamp - first.timestamp) * 1000) / CLOCK_RATES.video;
  const { bytesPerMs } = track.kept(nowMs);
  const past: Past = { from: first.sequenceNumber, bytes, durationMs, liveTimestamp, bytesPerMs };
  return isWorthServing(past) ? past : undefined;
}
