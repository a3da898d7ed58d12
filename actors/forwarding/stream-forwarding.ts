/**
 * From a publisher through its stream's tracks to the viewers: forwarding, the publisher's clock, retransmissions, and
 * keyframes. Steps track cores, each inside a catch of its own.
 */

import type { Random } from '../../transports/random.ts';
import type { NtpTime } from '../../transports/rtcp/ntp.ts';
import type { MediaKind } from '../../transports/rtp/codec.ts';
import type { Address } from '../runtime/address.ts';
import type { MediaCommand } from './commands.ts';
import type { Egress } from './egress.ts';
import type { Arrival } from './incoming-track.ts';
import type { PublisherClock } from './publisher.ts';
import type { Carrier, RelayedClock, RelayedPacket, Upstream } from './relayed.ts';
import type { PlaneCounters } from './reports.ts';
import type { MediaSession } from './session-table.ts';
import type { TrackClock } from './stream-clock.ts';
import { type StreamEntry, StreamTable, type TrackCell } from './stream-table.ts';
import { StreamTrack } from './stream-track.ts';
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
    entry.clock.begin();
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
    if (admitted === undefined) {
      counters.packetsNotAdmitted += 1;
      return;
    }
    counters.packetsReceived += 1;
    for (const viewer of entry.viewers) this.#forwardTo(nowMs, viewer, kind, bytes);
    if (entry.carriers.size > 0)
      this.#carry(nowMs, entry, kind, { epoch: entry.epoch, ...admitted, packet: bytes });
  }

  /** Another node sends the stream: what comes by `forwardRelayed` is the stream from now on. */
  attachUpstream(nowMs: number, stream: string, upstream: Upstream, epoch: number): void {
    const entry = this.table.obtain(stream);
    entry.upstream = upstream;
    entry.epoch = epoch;
    this.#withTrack(entry, entry.tracks.video, track => track.keyframes.reset());
    this.#wantKeyframe(nowMs, entry);
  }

  detachUpstream(stream: string, upstream: Upstream): void {
    const entry = this.table.get(stream);
    if (entry?.upstream !== upstream) return;
    entry.upstream = undefined;
    this.table.release(entry);
  }

  /** A packet from another node, through its track and on to viewers and carriers, in the origin's numbers. */
  forwardRelayed(
    nowMs: number,
    upstream: Upstream,
    kind: MediaKind,
    source: object,
    relayed: RelayedPacket,
  ): void {
    const { counters } = this.#options;
    const entry = this.table.get(upstream.stream);
    if (entry?.upstream !== upstream || entry.publisher !== undefined) {
      counters.packetsNotPublished += 1;
      return;
    }
    this.#followEpoch(entry, relayed.epoch);
    // Carried on as it came: the track's numbers, written into it below, are this node's own.
    if (entry.carriers.size > 0) this.#carry(nowMs, entry, kind, relayed);
    const { packet, sequenceNumber, timestamp } = relayed;
    const admitted = this.#withTrack(entry, entry.tracks[kind], track =>
      track.admit(nowMs, packet, source, sequenceNumber, timestamp),
    );
    if (admitted === undefined) {
      counters.packetsNotAdmitted += 1;
      return;
    }
    counters.packetsReceived += 1;
    for (const viewer of entry.viewers) this.#forwardTo(nowMs, viewer, kind, packet);
    // A wish that came too soon after the last is granted as media goes by.
    if (kind === 'video' && entry.tracks.video.core?.keyframes.poll(nowMs) === true)
      upstream.requestKeyframe(nowMs);
  }

  /** The publisher's clock, as another node tells it. */
  takeRelayedClock(
    nowMs: number,
    upstream: Upstream,
    kind: MediaKind,
    source: object,
    told: RelayedClock,
  ): void {
    const entry = this.table.get(upstream.stream);
    if (entry?.upstream !== upstream || entry.publisher !== undefined) return;
    this.#followEpoch(entry, told.epoch);
    for (const carrier of entry.carriers) carrier.sendClock(nowMs, kind, told);
    this.#tellViewers(nowMs, entry, kind, source, told.ntp, told.timestamp);
  }

  /** The epoch of the stream as it is here, for those who carry it on. */
  epochOf(stream: string): number {
    return this.table.get(stream)?.epoch ?? 0;
  }

  /** The nodes that the stream has passed on its way to this one; none where it is published. */
  pathOf(stream: string): readonly string[] {
    return this.table.get(stream)?.upstream?.path ?? [];
  }

  addCarrier(nowMs: number, stream: string, carrier: Carrier): void {
    const entry = this.table.obtain(stream);
    entry.carriers.add(carrier);
    this.#wantKeyframe(nowMs, entry);
  }

  removeCarrier(stream: string, carrier: Carrier): void {
    const entry = this.table.get(stream);
    if (entry === undefined) return;
    entry.carriers.delete(carrier);
    this.table.release(entry);
  }

  /** Another node wants a keyframe of the stream. */
  wantKeyframeOf(nowMs: number, stream: string): void {
    const entry = this.table.get(stream);
    if (entry !== undefined) this.#wantKeyframe(nowMs, entry);
  }

  /** The publisher told its clock: the viewers hear of it. */
  takeClock(nowMs: number, session: MediaSession, told: PublisherClock): void {
    const entry = this.#entryOf(session);
    if (entry?.publisher !== session) return;
    const { kind, source, ntp } = told;
    const timestamp = this.#tellViewers(nowMs, entry, kind, source, ntp, told.timestamp);
    if (timestamp === undefined) return;
    for (const carrier of entry.carriers)
      carrier.sendClock(nowMs, kind, { epoch: entry.epoch, ntp, timestamp });
  }

  /** What a viewer asks for: from history, or, for a keyframe, of the publisher when its time has come. */
  grant(nowMs: number, session: MediaSession, wish: ViewerWish): void {
    const entry = this.#entryOf(session);
    const track = session.viewer?.track(wish.kind);
    if (entry === undefined || track === undefined) return;
    if (wish.keyframe) this.#wantKeyframe(nowMs, entry);
    const { missing } = wish;
    for (let i = 0; i < missing.length; i += 1) {
      if (!track.mayRepeat(nowMs)) {
        track.notRetransmitted += missing.length - i;
        return;
      }
      const sequenceNumber = track.ownNumber(missing[i]!);
      if (track.hasJustRepeated(nowMs, sequenceNumber)) continue;
      const sent = this.#withTrack(entry, entry.tracks[wish.kind], core => core.sent(sequenceNumber));
      const repeated = sent && track.repeat(nowMs, sequenceNumber, sent);
      if (repeated !== undefined) this.#options.egress.sendRtp(session, repeated);
      else track.notRetransmitted += 1;
    }
  }

  /** A viewer's media may flow: it hears the clock, and has a keyframe asked for if it takes video. */
  welcome(nowMs: number, session: MediaSession): void {
    const entry = this.#entryOf(session);
    if (entry === undefined || session.viewer === undefined) return;
    for (const kind of kinds) {
      const clock = entry.clock.told(kind);
      if (clock !== undefined) this.#tellClock(nowMs, session, kind, clock);
    }
    if (session.viewer.track('video') !== undefined) this.#wantKeyframe(nowMs, entry);
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
    try {
      const rtcp = session.viewer?.senderReport(nowMs, kind, clock);
      if (rtcp !== undefined) this.#options.egress.sendRtcp(session, rtcp);
    } catch (error) {
      this.#options.evict(nowMs, session, error);
    }
  }

  /** Tells the viewers the publisher's clock; the track's own timestamp of that moment, if there is one. */
  #tellViewers(
    nowMs: number,
    entry: StreamEntry,
    kind: MediaKind,
    source: object,
    ntp: NtpTime,
    sourceTimestamp: number,
  ): number | undefined {
    const timestamp = this.#withTrack(entry, entry.tracks[kind], track =>
      track.timestampOf(source, sourceTimestamp),
    );
    if (timestamp === undefined) return undefined;
    const clock = entry.clock.take(nowMs, kind, ntp, timestamp);
    if (clock === undefined) return undefined;
    for (const viewer of entry.viewers) this.#tellClock(nowMs, viewer, kind, clock);
    return timestamp;
  }

  #carry(nowMs: number, entry: StreamEntry, kind: MediaKind, relayed: RelayedPacket): void {
    for (const carrier of entry.carriers) carrier.sendMedia(nowMs, kind, relayed);
  }

  /** The publisher elsewhere is another one: its clock is another, too. */
  #followEpoch(entry: StreamEntry, epoch: number): void {
    if (epoch <= entry.epoch) return;
    entry.epoch = epoch;
    entry.clock.begin();
  }

  /** Of the publisher, where it is here; else of the node that the stream comes from, as seldom. */
  #wantKeyframe(nowMs: number, entry: StreamEntry): void {
    this.#withTrack(entry, entry.tracks.video, track => track.keyframes.want());
    const { publisher, upstream, tracks } = entry;
    if (publisher !== undefined) this.#options.wake(nowMs, publisher);
    else if (upstream !== undefined && tracks.video.core?.keyframes.poll(nowMs) === true) {
      upstream.requestKeyframe(nowMs);
    }
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
