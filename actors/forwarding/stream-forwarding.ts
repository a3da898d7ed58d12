/**
 * From a publisher, or another node, through the stream's tracks to viewers and to the nodes that get it from here: who
 * publishes, what passes, and when a keyframe is asked for.
 */
import { type Deadline, earlier } from '../../transports/clock.ts';
import type { Fanout } from '../../transports/fanout/port.ts';
import type { ReceivedEntry } from '../../transports/memory/media-entry.ts';
import type { Random } from '../../transports/random.ts';
import type { NtpTime } from '../../transports/rtcp/ntp.ts';
import type { MediaKind } from '../../transports/rtp/codec.ts';
import type { Address } from '../runtime/address.ts';
import { Audience, JOIN_PAST_MS } from './audience.ts';
import { fromCarried, pastToCarry, toCarry } from './carrying.ts';
import type { CrossingNotice, MediaCommand, TrackNotice } from './commands.ts';
import type { ControlSettings, MediaSource, SourcePacket } from './control/forwarding-control.ts';
import type { Crossings } from './crossings.ts';
import type { Egress } from './egress.ts';
import type { Arrival } from './incoming-track.ts';
import { LiveEdge } from './live-edge.ts';
import { Publications } from './publications.ts';
import type { PublisherClock } from './publisher.ts';
import type { Carrier, RelayedClock, RelayedPacket, StreamPosition, Upstream } from './relayed.ts';
import { Replica, type ReplicaOf, Replicas } from './replicas.ts';
import type { PlaneCounters } from './reports.ts';
import type { MediaSession } from './session-table.ts';
import { type CrossingTo, type StreamEntry, StreamTable } from './stream-table.ts';
import { StreamTrack } from './stream-track.ts';
import { TrackSteps } from './track-steps.ts';
import type { ViewerWish } from './viewer.ts';

export interface StreamForwardingOptions {
  readonly random: Random;
  readonly egress: Egress;
  readonly fanout: Fanout;
  readonly counters: PlaneCounters;
  readonly control: ControlSettings;
  /** The memory shared with other cores; a shard that is alone has none. */
  readonly crossings?: Crossings;
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
  readonly #steps: TrackSteps;
  readonly #audience: Audience;
  readonly #publications: Publications;
  readonly #replicas = new Replicas();
  /** Streams whose tracks have been stepped since their actors were told of changes. */
  readonly #stepped = new Set<StreamEntry>();

  constructor(options: StreamForwardingOptions) {
    this.#options = options;
    const { random, egress, fanout, counters, evict } = options;
    const firstPosition = () => ({
      sequenceNumber: random.uint32() & FIRST_SEQUENCE_MASK,
      timestamp: random.uint32(),
      atMs: 0,
    });
    this.table = new StreamTable(firstPosition, () => new LiveEdge(fanout.openGroup()));
    this.#steps = new TrackSteps(this.table, egress, counters);
    this.#publications = new Publications(this.#steps);
    const wantKeyframe = (nowMs: number, entry: StreamEntry) => this.#wantKeyframe(nowMs, entry);
    this.#audience = new Audience({ egress, fanout, counters, steps: this.#steps, wantKeyframe, evict });
  }

  /** What this session sends is the stream from now on. */
  publish(nowMs: number, session: MediaSession, command: MediaCommand & { readonly do: 'publish' }): void {
    const entry = this.table.obtain(command.stream);
    entry.publisher = session;
    entry.publishedAt = command.publishedAt;
    session.stream = command.stream;
    this.#publications.begin(entry, command.epoch);
    if (entry.viewers.size > 0) this.#steps.step(entry, 'video', track => track.keyframes.want());
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
    this.#audience.leave(entry, session);
    if (entry.publisher === session) entry.publisher = undefined;
    this.table.release(entry);
  }

  openTrack(nowMs: number, stream: string, kind: MediaKind, owner: Address): void {
    const entry = this.table.obtain(stream);
    const cell = entry.tracks[kind];
    cell.owner = owner;
    const { control, crossings } = this.#options;
    cell.core = new StreamTrack(kind, cell.position, control, crossings?.openTrack(kind));
    cell.toldState = cell.core.state;
    // After a fault the picture goes on with the next keyframe; before the first publisher there is nobody to ask.
    if (kind === 'video' && entry.publisher !== undefined) this.#wantKeyframe(nowMs, entry);
  }

  closeTrack(stream: string, kind: MediaKind): void {
    const entry = this.table.get(stream);
    if (entry === undefined) return;
    const cell = entry.tracks[kind];
    if (cell.core !== undefined) cell.position = cell.core.position;
    cell.core?.close();
    cell.core = undefined;
    cell.owner = undefined;
    this.table.release(entry);
  }

  /** A publisher's packet, into its track, and what goes on of that to everybody who gets the stream. */
  forward(nowMs: number, session: MediaSession, arrival: Arrival): void {
    const entry = this.#entryOf(session);
    if (entry?.publisher !== session) {
      this.#options.counters.packetsNotPublished += 1;
      return;
    }
    this.#receive(nowMs, entry, arrival.kind, arrival);
  }

  /** When a session's part in its stream has to be looked at: as its publisher, or as a viewer that catches up. */
  deadline(session: MediaSession): Deadline | undefined {
    const entry = this.#entryOf(session);
    if (entry === undefined) return undefined;
    if (entry.publisher !== session) return session.viewer?.track('video')?.feed?.deadline();
    return earlier(entry.tracks.audio.core?.deadline(), entry.tracks.video.core?.deadline());
  }

  advance(nowMs: number, session: MediaSession): void {
    const entry = this.#entryOf(session);
    if (entry === undefined) return;
    if (entry.publisher !== session) return this.#audience.advance(nowMs, entry, session);
    for (const kind of kinds) {
      this.#steps.step(entry, kind, track => track.advance(nowMs));
      this.#pass(nowMs, entry, kind);
    }
  }

  /** Another node sends the stream: what comes by `forwardRelayed` is the stream from now on. */
  attachUpstream(stream: string, upstream: Upstream, epoch: number): void {
    const entry = this.table.obtain(stream);
    entry.upstream = upstream;
    // One that is published elsewhere all the while may be older than one that has ended here.
    if (epoch !== entry.epoch) this.#publications.begin(entry, epoch);
    this.#publications.follow(entry, epoch);
    this.#tellPath(entry);
  }

  detachUpstream(stream: string, upstream: Upstream): void {
    const entry = this.table.get(stream);
    if (entry?.upstream !== upstream) return;
    entry.upstream = undefined;
    this.table.release(entry);
  }

  /** A packet from another node, in the origin's numbers. */
  forwardRelayed(nowMs: number, upstream: Upstream, kind: MediaKind, relayed: RelayedPacket): void {
    const entry = this.table.get(upstream.stream);
    const source = this.#publications.sourceOf(entry, upstream, relayed.epoch);
    if (entry === undefined || source === undefined) {
      this.#options.counters.packetsNotPublished += 1;
      return;
    }
    const packet = fromCarried(relayed, source);
    if (packet === undefined) this.#options.counters.packetsMalformed += 1;
    else this.#receive(nowMs, entry, kind, packet);
    if (kind === 'video') source.hasBegun = true;
    // A wish that came too soon after the last, or before the beginning, is granted as media goes by.
    if (kind === 'video' && entry.tracks.video.core?.keyframes.poll(nowMs) === true)
      upstream.requestKeyframe(nowMs);
  }

  /** The stream comes from another core of this node, or it has become known which actor has it there. */
  replicate(of: ReplicaOf): void {
    const known = this.#replicas.ofStream(of.stream);
    if (known?.from === of.from && known.number === of.number) {
      known.source = of.source;
      return;
    }
    if (known !== undefined) this.unreplicate(of.stream);
    const replica = new Replica(of, this.#options.egress);
    this.#replicas.add(replica);
    const entry = this.table.obtain(of.stream);
    entry.upstream = replica;
    this.#publications.follow(entry, entry.epoch);
  }

  takePath(stream: string, path: readonly string[]): void {
    const replica = this.#replicas.ofStream(stream);
    if (replica !== undefined) replica.path = path;
  }

  unreplicate(stream: string): void {
    const replica = this.#replicas.ofStream(stream);
    if (replica === undefined) return;
    this.#replicas.delete(replica);
    this.detachUpstream(stream, replica);
  }

  /** What another core has put into its queue to this one. */
  receiveCrossed(nowMs: number, from: number, crossed: ReceivedEntry): void {
    const replica = this.#replicas.of(from, crossed.stream);
    const entry = replica && this.table.get(replica.stream);
    const source = replica && this.#publications.sourceOf(entry, replica, crossed.epoch);
    if (entry === undefined || source === undefined) {
      this.#options.counters.packetsNotPublished += 1;
      return;
    }
    const { kind, sequenceNumber, timestamp, startsKeyframe, isPast } = crossed;
    const seen = this.#options.crossings?.view(crossed);
    if (seen === undefined) return;
    if (kind === 'video') source.hasBegun = true;
    const keyframe = startsKeyframe ? 'yes' : 'no';
    const rest = {
      source,
      sequenceNumber,
      timestamp,
      keyframe,
      isEmpty: false,
      afterLongGap: false,
    } as const;
    if (isPast) entry.hasPast = true;
    this.#receive(nowMs, entry, kind, { ...seen, ...rest });
    if (kind === 'video' && !isPast && entry.hasPast) this.#beginWithPast(nowMs, entry);
    if (kind === 'video' && entry.tracks.video.core?.keyframes.poll(nowMs) === true)
      replica?.requestKeyframe();
  }

  /** The past has come whole, and the first packet after it: whoever waited begins with it as if they joined now. */
  #beginWithPast(nowMs: number, entry: StreamEntry): void {
    entry.hasPast = false;
    for (const session of this.#audience.beginWithPast(nowMs, entry)) this.#options.wake(nowMs, session);
  }

  /** The publisher's clock, as the core tells it that the stream comes from. */
  takeCrossedClock(nowMs: number, stream: string, kind: MediaKind, told: RelayedClock): void {
    const replica = this.#replicas.ofStream(stream);
    if (replica !== undefined) this.takeRelayedClock(nowMs, replica, kind, told);
  }

  /** The publisher's clock, as another node tells it. */
  takeRelayedClock(nowMs: number, upstream: Upstream, kind: MediaKind, told: RelayedClock): void {
    const entry = this.table.get(upstream.stream);
    const source = this.#publications.sourceOf(entry, upstream, told.epoch);
    if (entry === undefined || source === undefined) return;
    for (const carrier of entry.carriers) carrier.sendClock(nowMs, kind, told);
    const timestamp = this.#tellViewers(nowMs, entry, kind, source, told.ntp, told.timestamp);
    if (timestamp !== undefined) this.#tellCrossings(entry, kind, { ...told, epoch: entry.epoch, timestamp });
  }

  #tellPath({ crossings, upstream }: StreamEntry): void {
    const notice: CrossingNotice = { type: 'path-told', path: upstream?.path ?? [] };
    for (const { replica } of crossings.values()) this.#options.egress.notify(replica, notice);
  }

  #tellCrossings({ crossings }: StreamEntry, kind: MediaKind, clock: RelayedClock): void {
    const notice: CrossingNotice = { type: 'clock-told', kind, clock };
    for (const { replica } of crossings.values()) this.#options.egress.notify(replica, notice);
  }

  /** The epoch of the stream as it is here, for those who carry it on. */
  epochOf(stream: string): number {
    return this.table.get(stream)?.epoch ?? 0;
  }

  /** The nodes that the stream has passed on its way to this one; none where it is published. */
  pathOf(stream: string): readonly string[] {
    return this.table.get(stream)?.upstream?.path ?? [];
  }

  /** Another node gets the stream from here: from the last keyframe on if that may be, else from the next. */
  addCarrier(nowMs: number, stream: string, carrier: Carrier): void {
    this.table.obtain(stream).carriers.add(carrier);
    this.restartCarrier(nowMs, carrier);
  }

  /** Likewise for one that could not be reached for a while, and has had the stream up to `after`. */
  restartCarrier(nowMs: number, carrier: Carrier, after?: StreamPosition): void {
    const entry = this.table.get(carrier.stream);
    if (entry?.carriers.has(carrier) !== true) return;
    const past = this.#steps.step(entry, 'video', track => track.sinceKeyframe(nowMs, JOIN_PAST_MS)) ?? [];
    const carried = pastToCarry(entry, past, after);
    if (carried.length === 0) return this.#wantKeyframe(nowMs, entry);
    this.#options.counters.joinsFromHistory += 1;
    for (const packet of carried) carrier.sendMedia(nowMs, 'video', packet);
  }

  /** Another core gets the stream from here: from the last keyframe on, since what is kept is there for it to read. */
  cross(nowMs: number, stream: string, crossing: CrossingTo): void {
    const entry = this.table.obtain(stream);
    entry.crossings.set(crossing.to, crossing);
    this.#tellPath(entry);
    const past = this.#steps.step(entry, 'video', track => track.sinceKeyframe(nowMs, JOIN_PAST_MS)) ?? [];
    if (past.length === 0) return this.#wantKeyframe(nowMs, entry);
    for (const packet of past)
      this.#options.crossings?.send(nowMs, crossing, 'video', entry.epoch, packet, true);
  }

  /** To one core no more, or to none. */
  uncross(stream: string, to?: number): void {
    const entry = this.table.get(stream);
    if (entry === undefined) return;
    for (const crossing of [...entry.crossings.values()]) {
      if (to !== undefined && crossing.to !== to) continue;
      entry.crossings.delete(crossing.to);
      this.#options.crossings?.forget(crossing);
    }
    this.table.release(entry);
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
    const clock: RelayedClock = { epoch: entry.epoch, ntp, timestamp };
    for (const carrier of entry.carriers) carrier.sendClock(nowMs, kind, clock);
    this.#tellCrossings(entry, kind, clock);
  }

  grant(nowMs: number, session: MediaSession, wish: ViewerWish): void {
    const entry = this.#entryOf(session);
    if (entry !== undefined) this.#audience.grant(nowMs, entry, session, wish);
  }

  /** A session's media may flow. */
  welcome(nowMs: number, session: MediaSession): void {
    const entry = this.#entryOf(session);
    if (entry !== undefined && session.viewer !== undefined) this.#audience.welcome(nowMs, entry, session);
  }

  /** The video track of the stream that this session publishes. */
  videoOf(session: MediaSession): StreamTrack | undefined {
    const entry = this.#entryOf(session);
    return entry?.publisher === session ? entry.tracks.video.core : undefined;
  }

  /** Tells the tracks' actors what has changed since the last time: once a batch, however many packets passed. */
  settle(nowMs: number): void {
    for (const entry of this.#stepped) {
      for (const kind of kinds)
        for (const notice of this.#changes(entry, kind)) this.#tell(entry, kind, notice);
      this.#controlBuffers(nowMs, entry);
    }
    this.#stepped.clear();
    // The other cores first: they have the same to do as this one has now.
    this.#options.crossings?.flush();
    this.#audience.settle(nowMs);
  }

  #changes(entry: StreamEntry, kind: MediaKind): readonly TrackNotice[] {
    const cell = entry.tracks[kind];
    if (cell.core === undefined) return [];
    const { state, speaker } = cell.core;
    const changes: TrackNotice[] = [];
    if (state !== cell.toldState) changes.push({ type: 'track-state', state });
    cell.toldState = state;
    // Every node hears the speaker; the one where the stream is published says so.
    if (speaker?.takeChange() === true && entry.publisher !== undefined)
      changes.push({ type: 'speaking', isSpeaking: speaker.isSpeaking });
    return changes;
  }

  /** Players are told how long to hold back, in the packets and by the stream's actor. */
  #controlBuffers(nowMs: number, entry: StreamEntry): void {
    // Between cores there is no path: the one that the stream comes from tells for all.
    if (entry.upstream?.isLocal === true) return;
    const wanted = kinds.map(kind => entry.tracks[kind].core?.bufferTargetMs(nowMs));
    if (!entry.buffer.update(nowMs, wanted)) return;
    const { targetMs } = entry.buffer;
    this.#steps.step(entry, 'video', track => track.playoutHint.set(nowMs, targetMs));
    this.#tell(entry, 'video', { type: 'buffer-target', targetMs });
  }

  #tell(entry: StreamEntry, kind: MediaKind, notice: TrackNotice): void {
    const { owner } = entry.tracks[kind];
    if (owner !== undefined) this.#options.egress.notify(owner, notice);
  }

  #entryOf({ stream }: MediaSession): StreamEntry | undefined {
    return stream === undefined ? undefined : this.table.get(stream);
  }

  #receive(nowMs: number, entry: StreamEntry, kind: MediaKind, packet: SourcePacket): void {
    const { counters } = this.#options;
    if (entry.tracks[kind].core === undefined) {
      counters.packetsNotAdmitted += 1;
      return;
    }
    if (packet.stored === undefined) counters.packetsReceived += 1;
    else counters.packetsCrossed += 1;
    this.#steps.step(entry, kind, track => track.receive(nowMs, packet));
    this.#pass(nowMs, entry, kind);
  }

  /** What a track lets go on, to everybody who gets the stream; and what it wishes for, if anybody does. */
  #pass(nowMs: number, entry: StreamEntry, kind: MediaKind): void {
    this.#stepped.add(entry);
    const { core } = entry.tracks[kind];
    for (let packet = core?.poll(); packet !== undefined; packet = core?.poll()) {
      this.#audience.forward(nowMs, entry, kind, packet);
      for (const crossing of entry.crossings.values())
        this.#options.crossings?.send(nowMs, crossing, kind, entry.epoch, packet);
      const relayed = entry.carriers.size > 0 ? toCarry(entry, packet) : undefined;
      if (relayed === undefined) continue;
      for (const carrier of entry.carriers) carrier.sendMedia(nowMs, kind, relayed);
    }
    if (kind === 'video') this.#mendCrossings(nowMs, entry);
    const isWatched = entry.viewers.size + entry.carriers.size + entry.crossings.size > 0;
    if (core?.takeKeyframeWish() === true && isWatched) this.#wantKeyframe(nowMs, entry);
  }

  /** A core that fell behind is served again from the next keyframe on. */
  #mendCrossings(nowMs: number, entry: StreamEntry): void {
    for (const crossing of entry.crossings.values()) {
      if (this.#options.crossings?.isDropping(crossing) === true) return this.#wantKeyframe(nowMs, entry);
    }
  }

  /** Tells the viewers the publisher's clock; the track's own timestamp of that moment, if there is one. */
  #tellViewers(
    nowMs: number,
    entry: StreamEntry,
    kind: MediaKind,
    source: MediaSource,
    ntp: NtpTime,
    sourceTimestamp: number,
  ): number | undefined {
    const timestamp = this.#steps.step(entry, kind, track => track.timestampOf(source, sourceTimestamp));
    if (timestamp === undefined) return undefined;
    const clock = entry.clock.take(nowMs, kind, ntp, timestamp);
    if (clock === undefined) return undefined;
    this.#audience.tellClock(nowMs, entry, kind, clock);
    return timestamp;
  }

  /** Of the publisher, where it is here; else of the node that the stream comes from, as seldom. */
  #wantKeyframe(nowMs: number, entry: StreamEntry): void {
    this.#steps.step(entry, 'video', track => track.keyframes.want());
    const { publisher, upstream, relayed, tracks } = entry;
    if (publisher !== undefined) this.#options.wake(nowMs, publisher);
    else if (relayed?.hasBegun === true && tracks.video.core?.keyframes.poll(nowMs) === true) {
      upstream?.requestKeyframe(nowMs);
    }
  }
}
