/**
 * One association between two nodes: the greeting that proves each to the other, pings, and an exchange of streams either
 * way, all of it sealed. One side opens it, the other accepts; once it is up they are equals.
 *
 * Run it as every core: one call, then `poll` until there is nothing, then wait until `deadline` or the next input.
 */
import { type Deadline, earlier } from '../clock.ts';
import type { AddMultiples } from '../fec/port.ts';
import type { X25519Pair } from '../noise/x25519.ts';
import type { MediaKind } from '../rtp/codec.ts';
import { type Path, samePath } from '../udp/path.ts';
import type { VersionRange } from '../zeromq/versions.ts';
import type { Accepted, Accepting } from './accepting.ts';
import type { ConversationOptions } from './conversations.ts';
import type { Datagram, GreetingDatagram, SealedDatagram } from './datagram.ts';
import { Exchange, type ExchangeOutput } from './exchange.ts';
import type { ClockFrame, MediaFrame } from './frame.ts';
import { PROBING_VERSION, type RelayNode, relayVersions } from './greeting.ts';
import { HALF_OPEN_MAX_MS, PACKET_MAX_BYTES } from './limits.ts';
import type { LinkKeys } from './link-keys.ts';
import { type LinkMessage, numberOf, probePayload } from './link-message.ts';
import { DEFAULT_MTU_BYTES, packetBytes, probeBytes } from './link-mtu.ts';
import {
  type LinkCounters,
  type LinkFigures,
  type LinkOutput,
  newLinkCounters,
  type SubscribeRefusal,
} from './link-output.ts';
import { Liveness } from './liveness.ts';
import { Opening, type Remote } from './opening.ts';
import { PathMtu } from './path-mtu.ts';
import type { MakeSeal } from './sealing.ts';
import { Session } from './session.ts';
import { printable, textOf } from './text.ts';

export interface RelayLinkOptions {
  readonly nowMs: number;
  /** 32 bits, not 0, that no other link of this port has. */
  readonly localId: number;
  readonly self: RelayNode;
  readonly path: Path;
  /** This end asks for the link, or has been asked for it. */
  readonly begin:
    | { readonly role: 'opener'; readonly keys: LinkKeys; readonly ephemeral: X25519Pair }
    | { readonly role: 'accepter'; readonly accepting: Accepting; readonly accepted: Accepted };
  readonly versions?: VersionRange;
  /** The longest IP packet that the path is sure to carry. */
  readonly mtuBytes?: number;
  /** What this end can send, up to which a longer one is looked for; absent: none is. */
  readonly mostMtuBytes?: number;
  /** The most that this end may send; absent: whatever there is. */
  readonly maxBitsPerSecond?: number;
  readonly conversations?: ConversationOptions;
  readonly makeSeal?: MakeSeal;
  readonly addMultiples?: AddMultiples;
}

type State =
  /** Hellos go out. */
  | { readonly name: 'opening'; readonly opening: Opening }
  /** Our accept went out, and nothing has shown yet that it reached whoever sent the hello. */
  | { readonly name: 'half open'; readonly untilMs: number; readonly session: Session }
  | {
      readonly name: 'up';
      readonly liveness: Liveness;
      readonly session: Session;
      /** Absent where it is set, or the peer answers no probes. */
      readonly pathMtu: PathMtu | undefined;
    }
  | { readonly name: 'down' };

export class RelayLink {
  readonly role: 'opener' | 'accepter';
  /** The link as datagrams to us name it. */
  readonly localId: number;
  readonly counters: LinkCounters = newLinkCounters();
  readonly #options: RelayLinkOptions;
  readonly #exchange: Exchange;
  /** The peer's, from the greeting on. */
  #remote: Remote | undefined;
  #state: State;
  /** As the owner told last. */
  #nowMs: number;
  readonly #outputs: LinkOutput[] = [];

  constructor(options: RelayLinkOptions) {
    const { nowMs, localId, self, path, begin, versions, mtuBytes, maxBitsPerSecond, conversations } =
      options;
    this.#options = options;
    this.#nowMs = nowMs;
    this.role = begin.role;
    this.localId = localId;
    this.#exchange = new Exchange({
      nowMs,
      role: this.role,
      counters: this.counters,
      ...(mtuBytes !== undefined && { mtuBytes }),
      ...(maxBitsPerSecond !== undefined && { maxBitsPerSecond }),
      ...(conversations && { conversations }),
    });
    if (begin.role === 'opener') {
      const { keys, ephemeral } = begin;
      const opening = new Opening({
        nowMs,
        localId,
        self,
        versions: versions ?? relayVersions,
        keys,
        ephemeral,
      });
      this.#state = { name: 'opening', opening };
      this.#write(opening.hello, path);
    } else {
      const { accepting, accepted } = begin;
      const { remoteId: linkId, version, from: node } = accepting;
      const session = this.#begin({ linkId, version, node }, accepted.sessionKeys);
      this.#state = { name: 'half open', untilMs: nowMs + HALF_OPEN_MAX_MS, session };
      this.#write(accepted.datagram, path);
    }
  }

  get state(): State['name'] {
    return this.#state.name;
  }

  /** Who the peer is, once it has said and proved it. */
  get peer(): RelayNode | undefined {
    return this.#remote?.node;
  }

  /** Where the peer is. */
  get path(): Path {
    return this.#session?.path ?? this.#options.path;
  }

  /** The smoothed round trip, as pings measure it every half second; undefined before the first. */
  get srttMs(): number | undefined {
    return this.#state.name === 'up' ? this.#state.liveness.srttMs : undefined;
  }

  figures(nowMs: number): LinkFigures {
    const { liveness, session, pathMtu } = this.#state.name === 'up' ? this.#state : {};
    return {
      rttMs: liveness?.srttMs ?? 0,
      jitterMs: liveness?.jitterMs ?? 0,
      loss: session?.loss ?? 0,
      mtuBytes: pathMtu?.mtuBytes ?? this.#options.mtuBytes ?? DEFAULT_MTU_BYTES,
      queueAgeMs: this.#exchange.queueAgeMs(nowMs),
      waitingSegments: this.waitingSegments,
    };
  }

  /** Segments that went out again, of all conversations that there were. */
  get retransmissions(): number {
    return this.#exchange.retransmissions;
  }

  /** Segments that are not sent, or not acknowledged. */
  get waitingSegments(): number {
    return this.#exchange.waitingSegments;
  }

  /** What is held for the peer. */
  get held(): Exchange['held'] {
    return this.#exchange.held;
  }

  /** Takes a datagram whose link id is ours; it is borrowed. */
  receive(nowMs: number, datagram: Datagram, path: Path): void {
    this.#nowMs = nowMs;
    if (this.#state.name === 'down') return;
    this.counters.datagramsReceived += 1;
    this.counters.bytesReceived += datagram.bytes.length;
    if (datagram.type === 'sealed') this.#receiveSealed(nowMs, datagram, path);
    else this.#receiveAnswer(nowMs, datagram, path);
  }

  /** The opener has sent its hello again: our accept was lost, or is still on its way. */
  receiveHelloAgain(nowMs: number): void {
    const { begin, path } = this.#options;
    if (begin.role !== 'accepter' || this.#state.name === 'down') return;
    this.#write(begin.accepted.datagram, path);
    if (this.#state.name === 'half open') this.#state = { ...this.#state, untilMs: nowMs + HALF_OPEN_MAX_MS };
  }

  /**
   * Asks the peer for a stream; `path` names the nodes that it would pass after the peer, ours first. Gives the id by
   * which the answer and the stream's frames will come. Before the link is up it waits.
   */
  subscribe(nowMs: number, stream: string, path: readonly string[]): number | SubscribeRefusal {
    if (this.#state.name === 'down') return 'link is down';
    return this.#exchange.subscribe(nowMs, stream, path);
  }

  /** Ends one of our subscriptions: nothing more comes of it. False when there is none. */
  unsubscribe(nowMs: number, id: number): boolean {
    return this.#exchange.unsubscribe(nowMs, id);
  }

  /** Asks for a keyframe of one of our subscriptions; false when there is none. How often is for the owner to limit. */
  requestKeyframe(nowMs: number, id: number): boolean {
    return this.#exchange.requestKeyframe(nowMs, id);
  }

  /** Grants what the peer asked for; from here on frames may be sent. False when it is not asked for any more. */
  accept(nowMs: number, id: number, epoch: number, path?: readonly string[]): boolean {
    return this.#exchange.accept(nowMs, id, epoch, path);
  }

  /** Does not grant what the peer asked for. */
  refuse(nowMs: number, id: number, reason: string): boolean {
    return this.#exchange.end(nowMs, id, printable(reason));
  }

  /** Ends what was granted, with all that is still to be sent of it. */
  end(nowMs: number, id: number, reason: string): boolean {
    return this.#exchange.end(nowMs, id, printable(reason));
  }

  /**
   * Sends a packet of a stream that was granted, and copies it. False when it was dropped, or the stream is over.
   * `canStart`: a picture can start with it, or it is the one after those that a `restart` named.
   */
  sendMedia(
    nowMs: number,
    id: number,
    track: MediaKind,
    media: Omit<MediaFrame, 'kind'>,
    canStart = false,
  ): boolean {
    if (media.packet.length > PACKET_MAX_BYTES) {
      this.counters.packetsTooLong += 1;
      return false;
    }
    return this.#exchange.send(nowMs, id, track, { ...media, kind: 'media' }, canStart);
  }

  /** Sends what a sender report of the publisher says. */
  sendClock(nowMs: number, id: number, track: MediaKind, clock: Omit<ClockFrame, 'kind'>): boolean {
    return this.#exchange.send(nowMs, id, track, { ...clock, kind: 'clock' });
  }

  /** The owner has reason to believe that the peer is gone: it has to be heard soon, or the link is down. */
  suspect(nowMs: number): void {
    this.#nowMs = nowMs;
    if (this.#state.name === 'up') this.#state.liveness.suspect(nowMs);
  }

  /** Nothing has come of the peer since then, or since `quiet`. */
  get isSuspected(): boolean {
    return this.#state.name === 'up' && this.#state.liveness.isSuspected;
  }

  /** Ends the link, and tells the peer why. */
  close(reason: string): void {
    this.#end(printable(reason), 'tell');
  }

  deadline(): Deadline | undefined {
    switch (this.#state.name) {
      case 'opening':
        return this.#state.opening.deadline();
      case 'half open':
        return { atMs: this.#state.untilMs, reason: 'relay: to be confirmed' };
      case 'up':
        return earlier(
          this.#mtuDeadline(this.#state),
          earlier(this.#state.liveness.deadline(this.#nowMs), this.#exchange.deadline()),
        );
      case 'down':
        return undefined;
    }
  }

  advance(nowMs: number): void {
    this.#nowMs = nowMs;
    switch (this.#state.name) {
      case 'opening':
        return this.#advanceOpening(nowMs, this.#state.opening);
      case 'half open':
        if (nowMs >= this.#state.untilMs) this.#end('the opener did not confirm', 'silently');
        return;
      case 'up':
        return this.#advanceUp(nowMs, this.#state);
      case 'down':
        return;
    }
  }

  poll(): LinkOutput | undefined {
    while (this.#outputs.length === 0 && this.#state.name === 'up') {
      const output = this.#exchange.poll();
      if (output === undefined) break;
      this.#pass(output);
    }
    return this.#outputs.shift();
  }

  get #session(): Session | undefined {
    return this.#state.name === 'up' || this.#state.name === 'half open' ? this.#state.session : undefined;
  }

  #receiveAnswer(nowMs: number, datagram: GreetingDatagram, path: Path): void {
    // One that comes late, to a hello that had gone out twice, is no fault.
    if (this.#state.name !== 'opening') return;
    const { opening } = this.#state;
    const answer = samePath(path, this.#options.path) ? opening.receive(datagram) : undefined;
    switch (answer?.kind) {
      case undefined:
        this.counters.datagramsForged += 1;
        return;
      case 'hello again':
        return this.#write(opening.hello, path);
      case 'refused':
        return this.#end(answer.reason, 'silently');
      case 'accepted':
        return this.#enterUp(nowMs, this.#begin(answer.remote, answer.sessionKeys));
      case 'nothing':
        return;
    }
  }

  #receiveSealed(nowMs: number, datagram: SealedDatagram, path: Path): void {
    const session = this.#session;
    if (session === undefined) {
      this.counters.datagramsRefused += 1;
      return;
    }
    const { path: before } = session;
    for (const message of session.receive(nowMs, datagram, path)) {
      if (this.#state.name === 'half open' && message.kind !== 'close') this.#enterUp(nowMs, session);
      if (this.#state.name !== 'half open' && this.#state.name !== 'up') return;
      this.#take(nowMs, this.#state, message);
    }
    if (this.#state.name !== 'up') return;
    const { pathMtu } = this.#state;
    if (session.path !== before && pathMtu !== undefined) {
      pathMtu.restart(nowMs);
      this.#shrink(nowMs, session, pathMtu);
    }
    session.report(nowMs);
  }

  #take(nowMs: number, state: State & { name: 'up' | 'half open' }, { kind, payload }: LinkMessage): void {
    if (kind === 'close' || state.name === 'half open') {
      this.#end(`the peer closed the link: ${printable(textOf(payload)) || 'no reason given'}`, 'silently');
      return;
    }
    const { liveness, session } = state;
    if (liveness.isOut(nowMs)) this.#exchange.resume(nowMs);
    liveness.heard(nowMs);
    switch (kind) {
      case 'data':
        return this.#exchange.receive(nowMs, payload);
      case 'ping':
        if (numberOf(payload) === undefined) this.counters.datagramsRefused += 1;
        else session.send('pong', payload);
        return;
      case 'pong':
        return liveness.pong(nowMs, payload);
      case 'probed':
        return this.#receiveProbed(nowMs, state, payload);
      default:
        // The session has seen to those about paths and losses.
        return;
    }
  }

  #begin(remote: Remote, sessionKeys: Accepted['sessionKeys']): Session {
    this.#remote = remote;
    const { path, makeSeal, addMultiples } = this.#options;
    return new Session({
      remote,
      sessionKeys,
      path,
      counters: this.counters,
      send: (bytes, by, dontFragment) => this.#write(bytes, by, dontFragment),
      ...(makeSeal && { makeSeal }),
      ...(addMultiples && { addMultiples }),
    });
  }

  #enterUp(nowMs: number, session: Session): void {
    const liveness = new Liveness(nowMs);
    this.#state = { name: 'up', liveness, session, pathMtu: this.#newPathMtu(nowMs, session) };
    this.#outputs.push({ kind: 'up', peer: session.remote.node });
    // The opener's first ping is also what shows the accepter that its accept has come.
    this.#advanceUp(nowMs, this.#state);
  }

  #advanceOpening(nowMs: number, opening: Opening): void {
    const due = opening.due(nowMs);
    if (due === 'again') this.#write(opening.hello, this.#options.path);
    else if (due === 'give up') this.#end('no answer', 'silently');
  }

  #advanceUp(nowMs: number, state: Extract<State, { name: 'up' }>): void {
    const { liveness, session } = state;
    liveness.advance(nowMs);
    if (liveness.isSilent(nowMs)) {
      this.#end('the peer is silent', 'tell');
      return;
    }
    if (liveness.fallsQuiet(nowMs)) this.#outputs.push({ kind: 'quiet' });
    if (liveness.isOut(nowMs)) this.#exchange.pause(nowMs);
    if (liveness.isPingDue(nowMs)) session.send('ping', liveness.ping(nowMs));
    this.#advanceMtu(nowMs, state);
    this.#exchange.advance(nowMs);
  }

  #newPathMtu(nowMs: number, { remote }: Session): PathMtu | undefined {
    const { mtuBytes: baseBytes = DEFAULT_MTU_BYTES, mostMtuBytes: mostBytes } = this.#options;
    if (mostBytes === undefined || mostBytes <= baseBytes || remote.version < PROBING_VERSION)
      return undefined;
    return new PathMtu({ nowMs, baseBytes, mostBytes });
  }

  /** Before a round trip was measured nobody knows how long an answer takes. */
  #mtuDeadline({ liveness, pathMtu }: Extract<State, { name: 'up' }>): Deadline | undefined {
    if (liveness.srttMs === undefined || liveness.isOut(this.#nowMs)) return undefined;
    return pathMtu?.deadline(liveness.srttMs);
  }

  #advanceMtu(nowMs: number, { liveness, session, pathMtu }: Extract<State, { name: 'up' }>): void {
    const { srttMs } = liveness;
    if (pathMtu === undefined || srttMs === undefined) return;
    if (liveness.isOut(nowMs)) return pathMtu.paused(nowMs);
    if (pathMtu.advance(nowMs, srttMs)) {
      this.counters.mtuFallbacks += 1;
      this.#shrink(nowMs, session, pathMtu);
    }
    const probe = pathMtu.probe(nowMs, srttMs);
    if (probe !== undefined) session.sendProbe(probePayload(probe.number, probeBytes(probe.mtuBytes)));
  }

  #shrink(nowMs: number, session: Session, { mtuBytes }: PathMtu): void {
    session.forgetLong();
    this.#exchange.resize(nowMs, mtuBytes);
  }

  #receiveProbed(nowMs: number, state: Extract<State, { name: 'up' }>, payload: Uint8Array): void {
    const number = numberOf(payload);
    if (number === undefined) this.counters.datagramsRefused += 1;
    if (number === undefined || state.pathMtu?.answered(nowMs, number) !== true) return;
    this.#exchange.resize(nowMs, state.pathMtu.mtuBytes);
    this.#advanceMtu(nowMs, state);
  }

  #pass(output: ExchangeOutput): void {
    switch (output.kind) {
      case 'data':
        return this.#sendData(output);
      case 'fault':
        return this.#end(output.reason, 'tell');
      default:
        this.#outputs.push(output);
    }
  }

  #sendData({ payload, atMs, asks }: Extract<ExchangeOutput, { kind: 'data' }>): void {
    if (this.#state.name !== 'up') return;
    const { liveness, session, pathMtu } = this.#state;
    pathMtu?.sent(atMs, packetBytes(payload.length));
    // What only acknowledges is said again with the next acknowledgement.
    if (!asks) return session.send('data', payload);
    session.sendData(atMs, payload, !liveness.isQueueing);
    liveness.asked(atMs);
  }

  #end(reason: string, how: 'tell' | 'silently'): void {
    if (this.#state.name === 'down') return;
    if (how === 'tell') this.#session?.send('close', Buffer.from(reason));
    this.#state = { name: 'down' };
    this.#exchange.clear();
    this.#outputs.push({ kind: 'down', reason });
  }

  #write(bytes: Uint8Array, path: Path, dontFragment = false): void {
    this.counters.datagramsSent += 1;
    this.counters.bytesSent += bytes.length;
    this.#outputs.push({ kind: 'datagram', bytes, path, dontFragment });
  }
}
