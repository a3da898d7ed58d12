/**
 * From a publisher through its stream's tracks to the viewers: forwarding, the publisher's clock, retransmissions, and
 * keyframes. Steps track cores, each inside a catch of its own.
 */
import type { Random } from '../../transports/random.ts';
import type { MediaKind } from '../../transports/rtp/codec.ts';
import type { Address } from '../runtime/address.ts';
import type { MediaCommand } from './commands.ts';
import type { Egress } from './egress.ts';
import type { Arrival } from './incoming-track.ts';
import type { PublisherClock } from './publisher.ts';
import type { PlaneCounters } from './reports.ts';
import type { MediaSession } from './session-table.ts';
import { type StreamEntry, StreamTable, type TrackCell } from './stream-table.ts';
import { StreamTrack, type TrackClock } from './stream-track.ts';
import type { ViewerWish } from './viewer.ts';

export interface StreamForwardingOptions {
  readonly random: Random;
  readonly egress: Egress;
  readonly counters: PlaneCounters;
  /** Something has changed for this session: what follows is to be sent, and its deadline to be looked at. */
  readonly wake: (nowMs: number, session: MediaSession) => void;
  /** A session's own core has thrown. */
  readonly evict: (nowMs: number, session: MediaSession, error: unknown) => void;
}

const kinds: readonly MediaKind[] = ['audio', 'video'];
/** A sequence number begins in the lower half, so that the first thousands do not wrap (RFC 3711 section 3.3.1). */
const FIRST_SEQUENCE_MASK = 0x7fff;

export class StreamForwarding {
  readonly table: StreamTable;
  readonly #options: StreamForwardingOptions;

  constructor(options: StreamForwardingOptions) {
    this.#options = options;
    const { random } = options;
    this.table = new StreamTable(() => ({
      sequenceNumber: random.uint32() & FIRST_SEQUENCE_MASK,
      timestamp: random.uint32(),
      atMs: 0,
    }));
  }

  /** What this session sends is the stream from now on. */
  publish(nowMs: number, session: MediaSession, command: MediaCommand & { readonly do: 'publish' }): void {
    const entry = this.table.obtain(command.stream);
    entry.publisher = session;
    entry.epoch = command.epoch;
    entry.publishedAt = command.publishedAt;
    session.stream = command.stream;
    this.#withTrack(entry, entry.tracks.video, track => {
      track.keyframes.reset();
      if (entry.viewers.size > 0) track.keyframes.want();
    });
    this.#options.wake(nowMs, session);
  }

  unpublish(stream: string): void {
    const entry = this.table.get(stream);
    if (entry === undefined) return;
    entry.publisher = undefined;
    entry.publishedAt = undefined;
    this.table.release(entry);
  }

  /** The session has ended: whatever it was to its stream, it is not any more. */
  leave(session: MediaSession): void {
    const entry = this.#entryOf(session);
    if (entry === undefined) return;
    entry.viewers.delete(session);
    if (entry.publisher === session) entry.publisher = undefined;
    this.table.release(entry);
  }

  openTrack(nowMs: number, stream: string, kind: MediaKind, owner: Address): void {
    const entry = this.table.obtain(stream);
    const cell = entry.tracks[kind];
    cell.owner = owner;
    cell.core = new StreamTrack(kind, cell.position);
    // After a fault the picture goes on with the next keyframe; before the first publisher there is nobody to ask.
    if (kind === 'video' && entry.publisher !== undefined) this.#wantKeyframe(nowMs, entry);
  }

  closeTrack(stream: string, kind: MediaKind): void {
    const entry = this.table.get(stream);
    if (entry === undefined) return;
    const cell = entry.tracks[kind];
    if (cell.core !== undefined) cell.position = cell.core.position;
    cell.core = undefined;
    cell.owner = undefined;
    this.table.release(entry);
  }

  /** A publisher's packet, through its track and on to every viewer that can take it. */
  forward(nowMs: number, session: MediaSession, arrival: Arrival): void {
    const { counters } = this.#options;
    const entry = this.#entryOf(session);
    if (entry?.publisher !== session) {
      counters.packetsNotPublished += 1;
      return;
    }
    const { kind, bytes, source, sequenceNumber, timestamp, afterLongGap } = arrival;
    const admitted = this.#withTrack(entry, entry.tracks[kind], track => {
      if (afterLongGap) track.keyframes.want();
      return track.admit(nowMs, bytes, source, sequenceNumber, timestamp);
    });
    if (admitted !== true) {
      counters.packetsNotAdmitted += 1;
      return;
    }
    counters.packetsReceived += 1;
    for (const viewer of entry.viewers) this.#forwardTo(nowMs, viewer, kind, bytes);
  }

  /** The publisher told its clock: the viewers hear of it. */
  takeClock(nowMs: number, session: MediaSession, told: PublisherClock): void {
    const entry = this.#entryOf(session);
    if (entry?.publisher !== session) return;
    const clock = this.#withTrack(entry, entry.tracks[told.kind], track =>
      track.takeSenderReport(told.source, told.ntp, told.timestamp),
    );
    if (clock === undefined) return;
    for (const viewer of entry.viewers) this.#tellClock(nowMs, viewer, told.kind, clock);
  }

  /** What a viewer asks for: from history, or, for a keyframe, of the publisher when its time has come. */
  grant(nowMs: number, session: MediaSession, wish: ViewerWish): void {
    const entry = this.#entryOf(session);
    const track = session.viewer?.track(wish.kind);
    if (entry === undefined || track === undefined) return;
    if (wish.keyframe) this.#wantKeyframe(nowMs, entry);
    for (const sequenceNumber of wish.missing) {
      const sent = this.#withTrack(entry, entry.tracks[wish.kind], core => core.sent(sequenceNumber));
      const repeated = sent && track.repeat(nowMs, sent);
      if (repeated !== undefined) this.#options.egress.sendRtp(session, repeated);
      else if (sent === undefined) track.notRetransmitted += 1;
    }
  }

  /** A viewer's media may flow. */
  welcome(nowMs: number, session: MediaSession): void {
    const entry = this.#entryOf(session);
    if (entry === undefined || session.viewer === undefined) return;
    for (const kind of kinds) {
      const clock = entry.tracks[kind].core?.clock;
      if (clock !== undefined) this.#tellClock(nowMs, session, kind, clock);
    }
    this.#wantKeyframe(nowMs, entry);
  }

  /** The video track of the stream that this session publishes. */
  videoOf(session: MediaSession): StreamTrack | undefined {
    const entry = this.#entryOf(session);
    return entry?.publisher === session ? entry.tracks.video.core : undefined;
  }

  #entryOf({ stream }: MediaSession): StreamEntry | undefined {
    return stream === undefined ? undefined : this.table.get(stream);
  }

  #forwardTo(nowMs: number, session: MediaSession, kind: MediaKind, bytes: Uint8Array): void {
    if (session.peer.state !== 'connected') return;
    try {
      const packet = session.viewer?.track(kind)?.forward(nowMs, bytes);
      if (packet !== undefined) this.#options.egress.sendRtp(session, packet);
    } catch (error) {
      this.#options.evict(nowMs, session, error);
    }
  }

  #tellClock(nowMs: number, session: MediaSession, kind: MediaKind, clock: TrackClock): void {
    const rtcp = session.viewer?.senderReport(nowMs, kind, clock);
    if (rtcp !== undefined) this.#options.egress.sendRtcp(session, rtcp);
  }

  #wantKeyframe(nowMs: number, entry: StreamEntry): void {
    this.#withTrack(entry, entry.tracks.video, track => track.keyframes.want());
    if (entry.publisher !== undefined) this.#options.wake(nowMs, entry.publisher);
  }

  /** Steps a track's core; a throw faults the track's actor, and the stream goes on when that is up again. */
  #withTrack<T>(entry: StreamEntry, cell: TrackCell, use: (track: StreamTrack) => T): T | undefined {
    if (cell.core === undefined) return undefined;
    try {
      return use(cell.core);
    } catch (error) {
      const { counters, egress } = this.#options;
      counters.trackFaults += 1;
      cell.position = cell.core.position;
      cell.core = undefined;
      if (cell.owner !== undefined) egress.fault(cell.owner, error);
      this.table.release(entry);
      return undefined;
    }
  }
}
