/**
 * The media plane of one core: what every datagram goes through. It steps the cores that actors own, synchronously and
 * each inside a catch of its own, so that one that throws faults its own actor alone; and it tells actors of changes,
 * never of packets.
 *
 * Its shape is that of every core: receive, command, advance; then drain the datagrams and the notices until none.
 */
import { earlier } from '../../transports/clock.ts';
import { DeadlineHeap } from '../../transports/deadline-heap.ts';
import type { DtlsFactory } from '../../transports/dtls/port.ts';
import type { Fanout, FanoutFactory } from '../../transports/fanout/port.ts';
import { usernameLocalFragment } from '../../transports/ice/credentials.ts';
import { IceLite } from '../../transports/ice/ice-lite.ts';
import type { ReceivedEntry } from '../../transports/memory/media-entry.ts';
import type { Random } from '../../transports/random.ts';
import type { RelayLinks } from '../../transports/relay/links.ts';
import type { SrtpKeys, SrtpTransform } from '../../transports/srtp/port.ts';
import type { HmacSha1 } from '../../transports/stun/hmac-sha1.ts';
import type { Path } from '../../transports/udp/path.ts';
import type { DatagramSocket } from '../../transports/udp/port.ts';
import { type DatagramProtocol, demultiplex } from '../../transports/webrtc/demultiplex.ts';
import { Peer, type PeerOutput } from '../../transports/webrtc/peer.ts';
import type { Described, ShardReport } from '../protocol.ts';
import type { Address } from '../runtime/address.ts';
import type { Message } from '../runtime/behaviour.ts';
import {
  isLinkCommand,
  type LinkCommand,
  type MediaCommand,
  type PeerNotice,
  type QueueNotice,
} from './commands.ts';
import type { ControlSettings } from './control/forwarding-control.ts';
import type { Crossings, QueueState } from './crossings.ts';
import { Egress, type Notice } from './egress.ts';
import { HandshakeQueue } from './handshake-queue.ts';
import { Publisher } from './publisher.ts';
import { RelayForwarding } from './relay-forwarding.ts';
import { newPlaneCounters, type PlaneCounters, reportSession, reportShard } from './reports.ts';
import { type MediaSession, SessionTable } from './session-table.ts';
import { StreamForwarding } from './stream-forwarding.ts';
import { Viewer } from './viewer.ts';

export interface MediaPlaneOptions {
  readonly node: string;
  readonly shard: number;
  readonly random: Random;
  readonly makeDtls: DtlsFactory;
  readonly makeSrtp: (keys: SrtpKeys) => SrtpTransform;
  readonly makeFanout: FanoutFactory;
  /** For checks of ICE; by default node:crypto's. */
  readonly hmacSha1?: HmacSha1;
  readonly consentTimeoutMs: number;
  readonly control: ControlSettings;
  /** The memory shared with other cores; a shard that is alone has none. */
  readonly crossings?: Crossings;
  /** What is held at the moment besides media, for reports: by name, without the `zrtc_` of metrics. */
  readonly gauges: () => Record<string, number>;
  /** Links to other nodes; a node that stands alone has none. */
  readonly relay?: RelayOptions;
}

export interface RelayOptions {
  readonly links: RelayLinks;
  /** By which of our own addresses a peer is reached. */
  readonly pathTo: (address: string, port: number) => Path;
  /** The supervisor of the links' actors. */
  readonly relays: Address;
}

type SessionCommand = Extract<
  MediaCommand,
  { readonly do: 'set-remote' | 'restart-ice' | 'expect-media' | 'view' | 'publish' | 'close-session' }
>;

/** What comes from another core. */
interface InboundQueue {
  readonly from: number;
  readonly owner: Address;
  told: QueueState;
}

export class MediaPlane {
  readonly #options: MediaPlaneOptions;
  readonly #counters: PlaneCounters = newPlaneCounters();
  readonly #egress = new Egress();
  readonly #fanout: Fanout;
  readonly #sessions = new SessionTable();
  readonly #streams: StreamForwarding;
  readonly #deadlines = new DeadlineHeap<MediaSession>();
  readonly #handshakes = new HandshakeQueue<MediaSession>();
  #relays: RelayForwarding | undefined;
  readonly #relayDatagrams: Parameters<DatagramSocket['send']>[] = [];
  /** The queues from other cores, by shard, while their actors are up. */
  readonly #queues = new Map<number, InboundQueue>();
  #socket: DatagramSocket | undefined;

  constructor(options: MediaPlaneOptions) {
    this.#options = options;
    this.#fanout = options.makeFanout((bytes, path) => this.#egress.sendDatagram(bytes, path));
    this.#streams = new StreamForwarding({
      random: options.random,
      egress: this.#egress,
      fanout: this.#fanout,
      counters: this.#counters,
      control: options.control,
      ...(options.crossings !== undefined && { crossings: options.crossings }),
      wake: (nowMs, session) => this.#step(nowMs, session, () => {}),
      evict: (nowMs, session, error) => this.#evict(nowMs, session, error),
    });
    if (options.relay !== undefined) {
      const notify = (to: Address, message: Message) => this.#egress.notify(to, message);
      this.#relays = new RelayForwarding({
        ...options.relay,
        node: options.node,
        shard: options.shard,
        streams: this.#streams,
        notify,
      });
    }
  }

  /** How many sessions, paths, fragments and streams are held: 0 when nobody is here. */
  get entries(): number {
    const { entries: sessions } = this.#sessions;
    const waiting = this.#deadlines.size + this.#handshakes.size;
    return sessions + this.#streams.table.size + waiting + (this.#relays?.entries ?? 0);
  }

  /** The socket that media goes by, and whose figures go into reports. */
  socketIs(socket: DatagramSocket): void {
    this.#socket = socket;
    this.#fanout.attach(socket);
  }

  receive(nowMs: number, bytes: Uint8Array, path: Path): void {
    const protocol = demultiplex(bytes);
    if (protocol === undefined) {
      this.#counters.datagramsUnknown += 1;
      return;
    }
    const session = this.#sessionFor(protocol, bytes, path);
    if (session === undefined) {
      this.#counters.datagramsOfNobody += 1;
      return;
    }
    if (protocol === 'dtls' && session.peer.state !== 'connected') {
      if (!this.#handshakes.add(session, bytes)) this.#counters.handshakesDropped += 1;
      return;
    }
    this.#step(nowMs, session, () => this.#take(nowMs, session, protocol, bytes, path));
  }

  /** Goes on with handshakes, by at most so many datagrams; how many it were. */
  shakeHands(nowMs: number, steps: number): number {
    for (let step = 0; step < steps; step += 1) {
      const next = this.#handshakes.take();
      if (next === undefined) return step;
      const { session, datagram } = next;
      this.#step(nowMs, session, () => session.peer.receiveDtls(nowMs, datagram));
    }
    this.#counters.handshakesPutOff += this.#handshakes.size;
    return steps;
  }

  /** A datagram of the relay's port. */
  receiveRelay(nowMs: number, bytes: Uint8Array, path: Path): void {
    this.#relays?.receive(nowMs, bytes, path);
  }

  command(nowMs: number, command: MediaCommand | LinkCommand, from: Address): void {
    if (isLinkCommand(command)) return this.#relays?.command(nowMs, command, from);
    switch (command.do) {
      case 'open-session':
        return this.#openSession(nowMs, command, from);
      case 'open-track':
        return this.#streams.openTrack(nowMs, command.stream, command.kind, from);
      case 'close-track':
        return this.#streams.closeTrack(command.stream, command.kind);
      case 'unpublish':
        return this.#streams.unpublish(command.stream);
      case 'cross':
        return this.#streams.cross(nowMs, command.stream, command);
      case 'uncross':
        return this.#streams.uncross(command.stream, command.to);
      case 'replicate':
        return this.#streams.replicate(command);
      case 'unreplicate':
        return this.#streams.unreplicate(command.stream);
      case 'take-clock':
        return this.#streams.takeCrossedClock(nowMs, command.stream, command.kind, command.clock);
      case 'take-path':
        return this.#streams.takePath(command.stream, command.path);
      case 'want-keyframe':
        return this.#streams.wantKeyframeOf(nowMs, command.stream);
      case 'open-queue':
        this.#queues.set(command.from, { from: command.from, owner: from, told: 'in time' });
        return;
      case 'report-shard':
        return this.#egress.notify(command.replyTo, this.report(nowMs));
      case 'describe-session': {
        const known = this.#sessions.get(command.report.session);
        const session = reportSession(nowMs, command.report, known);
        const described: Described = { type: 'described', session };
        return this.#egress.notify(command.replyTo, described);
      }
      default: {
        // Those to a session that has ended meanwhile come too late, and harm nobody.
        const session = this.#sessions.get(command.session);
        if (session !== undefined) this.#commandSession(nowMs, session, command);
      }
    }
  }

  /** What another core has sent. While the queue's actor is down, it is let go: the streams go on at their next keyframe. */
  receiveCrossed(nowMs: number, from: number, entry: ReceivedEntry): void {
    if (this.#queues.has(from)) this.#streams.receiveCrossed(nowMs, from, entry);
  }

  /** The queue from that core has thrown: its actor's fault. */
  queueFault(from: number, error: unknown): void {
    const queue = this.#queues.get(from);
    this.#queues.delete(from);
    this.#counters.queueFaults += 1;
    if (queue !== undefined) this.#egress.fault(queue.owner, error);
  }

  #tellQueue(queue: InboundQueue): void {
    const state = this.#options.crossings?.queueState(queue.from) ?? 'in time';
    if (state === queue.told) return;
    queue.told = state;
    const notice: QueueNotice = { type: 'queue-state', state };
    this.#egress.notify(queue.owner, notice);
  }

  deadlineAtMs(): number | undefined {
    const sessions = this.#deadlines.firstAtMs;
    const relays = this.#relays?.deadlineAtMs();
    if (sessions === undefined || relays === undefined) return sessions ?? relays;
    return Math.min(sessions, relays);
  }

  advance(nowMs: number): void {
    this.#relays?.advance(nowMs);
    for (let due = this.#deadlines.popDue(nowMs); due !== undefined; due = this.#deadlines.popDue(nowMs)) {
      const session = due;
      this.#step(nowMs, session, () => {
        session.peer.advance(nowMs);
        session.publisher?.advance(nowMs);
        this.#streams.advance(nowMs, session);
      });
    }
  }

  drainDatagrams(send: (bytes: Uint8Array, path: Path) => void): void {
    this.#egress.drainDatagrams(send);
  }

  /** What tracks and links have to say, and what links have been given to carry; before the outputs are drained. */
  settle(nowMs: number): void {
    this.#streams.settle(nowMs);
    for (const queue of this.#queues.values()) this.#tellQueue(queue);
    this.#relays?.settle(nowMs, (...datagram) => this.#relayDatagrams.push(datagram));
  }

  drainRelayDatagrams(send: DatagramSocket['send']): void {
    for (const datagram of this.#relayDatagrams.splice(0)) send(...datagram);
  }

  pollNotice(): Notice | undefined {
    return this.#egress.pollNotice();
  }

  /** How the shard is. */
  report(nowMs: number): ShardReport {
    const { node, shard } = this.#options;
    return reportShard(nowMs, {
      node,
      shard,
      sessions: this.#sessions,
      streams: this.#streams.table,
      counters: this.#counters,
      socket: this.#socket,
      links: this.#relays?.reports(),
      gauges: {
        ...this.#options.gauges(),
        ...this.#relays?.metrics(nowMs),
        media_entries: this.entries,
        packets_overwritten_total: this.#fanout.overwritten,
        packets_torn_total: this.#fanout.torn,
      },
    });
  }

  /** By path, since only an authentic check made it known; a check names the session it is for. */
  #sessionFor(protocol: DatagramProtocol, bytes: Uint8Array, path: Path): MediaSession | undefined {
    if (protocol !== 'stun') return this.#sessions.byPath(path);
    const fragment = usernameLocalFragment(bytes);
    const named = fragment === undefined ? undefined : this.#sessions.byFragment(fragment);
    return named ?? this.#sessions.byPath(path);
  }

  #take(
    nowMs: number,
    session: MediaSession,
    protocol: DatagramProtocol,
    bytes: Uint8Array,
    path: Path,
  ): void {
    const { peer, publisher, viewer } = session;
    switch (protocol) {
      case 'stun':
        if (peer.receiveStun(nowMs, bytes, path)) this.#learn(nowMs, session, path);
        return;
      case 'dtls':
        return peer.receiveDtls(nowMs, bytes);
      case 'srtp': {
        const packet = peer.openRtp(bytes);
        const arrival = packet && publisher?.receiveRtp(nowMs, packet);
        if (arrival !== undefined) this.#streams.forward(nowMs, session, arrival);
        return;
      }
      case 'srtcp': {
        const packet = peer.openRtcp(bytes);
        if (packet === undefined) return;
        for (const clock of publisher?.receiveRtcp(nowMs, packet) ?? [])
          this.#streams.takeClock(nowMs, session, clock);
        for (const wish of viewer?.receiveRtcp(nowMs, packet) ?? [])
          this.#streams.grant(nowMs, session, wish);
        return;
      }
      default:
        protocol satisfies never;
    }
  }

  /** Its peer proved itself along `path`; a check may also be the first after an ICE restart, which ends what was before. */
  #learn(nowMs: number, session: MediaSession, path: Path): void {
    this.#sessions.refreshFragments(session);
    if (!this.#sessions.addPath(nowMs, session, path)) this.#counters.pathsContested += 1;
  }

  /** One mutation of a session's cores, then all that follows from it; a throw is that session's own fault. */
  #step(nowMs: number, session: MediaSession, mutate: () => void): void {
    try {
      mutate();
      this.#settle(nowMs, session);
    } catch (error) {
      this.#evict(nowMs, session, error);
    }
  }

  #settle(nowMs: number, session: MediaSession): void {
    const { peer, publisher } = session;
    for (let output = peer.poll(); output !== undefined; output = peer.poll())
      this.#pass(nowMs, session, output);
    if (peer.state === 'ended') return;
    if (publisher !== undefined && peer.state === 'connected') {
      const video = publisher.canAskKeyframe ? this.#streams.videoOf(session) : undefined;
      if (video?.keyframes.poll(nowMs) === true) publisher.askKeyframe();
      for (let rtcp = publisher.poll(); rtcp !== undefined; rtcp = publisher.poll())
        this.#egress.sendRtcp(session, rtcp);
    }
    this.#arm(session);
  }

  #pass(nowMs: number, session: MediaSession, output: PeerOutput): void {
    switch (output.kind) {
      case 'send':
        return this.#egress.sendDatagram(output.bytes, output.path);
      case 'path':
        session.viewer?.lead(output.path);
        return;
      case 'state':
        this.#tell(session, { type: 'peer', state: output.state });
        if (output.state === 'connected') this.#streams.welcome(nowMs, session);
        return;
      case 'ended':
        this.#tell(session, { type: 'peer', state: 'ended', reason: output.reason });
        return this.#remove(session);
      default:
        output satisfies never;
    }
  }

  #arm(session: MediaSession): void {
    let atMs =
      earlier(session.peer.deadline(), this.#streams.deadline(session))?.atMs ?? Number.POSITIVE_INFINITY;
    if (session.publisher !== undefined && session.peer.state === 'connected') {
      atMs = Math.min(atMs, session.publisher.deadline().atMs);
      // A wish that cannot be told yet waits for the first packet, not for a time.
      const video = session.publisher.canAskKeyframe ? this.#streams.videoOf(session) : undefined;
      const keyframe = video?.keyframes.deadline();
      if (keyframe !== undefined) atMs = Math.min(atMs, keyframe.atMs);
    }
    this.#deadlines.set(session, Number.isFinite(atMs) ? atMs : undefined);
  }

  #openSession(nowMs: number, command: MediaCommand & { readonly do: 'open-session' }, owner: Address): void {
    const { makeDtls, makeSrtp, hmacSha1, consentTimeoutMs, random } = this.#options;
    const { session: id, ice: local, remote, isPlain = false } = command;
    const timeouts = { consentMs: consentTimeoutMs };
    const ice = new IceLite({
      local,
      nowMs,
      random,
      timeouts,
      provesFirstPath: isPlain,
      ...(hmacSha1 !== undefined && { hmacSha1 }),
    });
    const peer = new Peer({ ice, makeDtls, makeSrtp, isPlain });
    const session: MediaSession = {
      id,
      owner,
      peer,
      fragments: [],
      paths: [],
      stream: undefined,
      publisher: undefined,
      viewer: undefined,
    };
    this.#sessions.add(session);
    this.#step(nowMs, session, () => {
      if (remote !== undefined) peer.setRemote(nowMs, remote);
    });
  }

  #commandSession(nowMs: number, session: MediaSession, command: SessionCommand): void {
    switch (command.do) {
      case 'close-session':
        return this.#closeSession(nowMs, session, command.reason);
      case 'publish':
        return this.#streams.publish(nowMs, session, command);
      case 'set-remote':
        return this.#step(nowMs, session, () => session.peer.setRemote(nowMs, command.remote));
      case 'restart-ice':
        return this.#step(nowMs, session, () => {
          session.peer.restartIce(nowMs, command.local, command.remote);
          this.#sessions.refreshFragments(session);
        });
      case 'expect-media':
        session.publisher = new Publisher(nowMs, command.media, command.rtcpSsrc);
        return;
      case 'view':
        session.viewer = new Viewer(command.media, command.ssrcs.cname);
        session.stream = command.stream;
        this.#streams.table.obtain(command.stream).viewers.add(session);
        return;
      default:
        command satisfies never;
    }
  }

  /** Its actor knows: only the client is told. */
  #closeSession(nowMs: number, session: MediaSession, reason: string): void {
    session.peer.close(nowMs, reason);
    for (let output = session.peer.poll(); output !== undefined; output = session.peer.poll()) {
      if (output.kind === 'send') this.#egress.sendDatagram(output.bytes, output.path);
    }
    this.#remove(session);
  }

  #tell(session: MediaSession, notice: PeerNotice): void {
    this.#egress.notify(session.owner, notice);
  }

  #evict(nowMs: number, session: MediaSession, error: unknown): void {
    this.#egress.fault(session.owner, error);
    try {
      this.#closeSession(nowMs, session, 'its core has thrown');
    } catch {
      // A core that is out of order cannot say goodbye either; its client finds out by itself.
      this.#remove(session);
    }
  }

  #remove(session: MediaSession): void {
    this.#sessions.delete(session);
    this.#deadlines.delete(session);
    this.#handshakes.forget(session);
    this.#streams.leave(session);
  }
}
