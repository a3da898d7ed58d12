/**
 * One association between two nodes: hello and accept, pings, and over them an exchange of streams either way. One side
 * opens it, the other accepts; once it is up they are equals. Nothing is sealed yet: whoever can send by the peer's path
 * and has seen the link's ids can speak for the peer.
 *
 * Run it as every core: one call, then `poll` until there is nothing, then wait until `deadline` or the next input.
 */
import { type Deadline, earlier } from '../clock.ts';
import type { MediaKind } from '../rtp/codec.ts';
import { commonVersion, formatVersions, type VersionRange } from '../zeromq/versions.ts';
import type { ConversationOptions } from './conversations.ts';
import { DATAGRAM_HEADER_BYTES, type Datagram, type DatagramType, writeDatagram } from './datagram.ts';
import { Exchange, type ExchangeOutput } from './exchange.ts';
import type { ClockFrame, MediaFrame } from './frame.ts';
import {
  type Hello,
  parseAccept,
  parseRefusal,
  type Refusal,
  type RelayNode,
  relayVersions,
  writeAccept,
  writeHello,
} from './greeting.ts';
import { HelloRetry } from './hello-retry.ts';
import { HALF_OPEN_MAX_MS, PACKET_MAX_BYTES } from './limits.ts';
import { type LinkCounters, type LinkOutput, newLinkCounters, type SubscribeRefusal } from './link-output.ts';
import { isPing, Liveness } from './liveness.ts';
import { openPayload, sealPayload } from './sealing.ts';
import { printable, textOf } from './text.ts';

export interface RelayLinkOptions {
  readonly nowMs: number;
  /** 32 bits, not 0, that no other link of this port has: not to be guessed. */
  readonly localId: number;
  readonly self: RelayNode;
  /** The hello that this end accepts, in a version that both speak; absent where this end opens the link. */
  readonly accepted?: { readonly hello: Hello; readonly version: number };
  readonly versions?: VersionRange;
  readonly conversations?: ConversationOptions;
}

/** The peer as its hello or accept told. */
interface Remote {
  readonly linkId: number;
  readonly version: number;
  readonly node: RelayNode;
}

type State =
  /** Hellos go out. */
  | { readonly name: 'opening'; readonly retry: HelloRetry }
  /** Our accept went out, and nothing has shown yet that it reached whoever sent the hello. */
  | { readonly name: 'half open'; readonly untilMs: number; readonly remote: Remote }
  | { readonly name: 'up'; readonly liveness: Liveness; readonly remote: Remote }
  | { readonly name: 'down' };

export class RelayLink {
  readonly role: 'opener' | 'accepter';
  /** The link as datagrams to us name it. */
  readonly localId: number;
  readonly counters: LinkCounters = newLinkCounters();
  readonly #self: RelayNode;
  readonly #versions: VersionRange;
  readonly #exchange: Exchange;
  #state: State;
  readonly #outputs: LinkOutput[] = [];

  constructor({ nowMs, localId, self, accepted, versions, conversations }: RelayLinkOptions) {
    this.role = accepted === undefined ? 'opener' : 'accepter';
    this.localId = localId;
    this.#self = self;
    this.#versions = versions ?? relayVersions;
    this.#exchange = new Exchange(nowMs, this.role, this.counters, conversations);
    if (accepted === undefined) {
      this.#state = { name: 'opening', retry: new HelloRetry(nowMs) };
      this.#sendHello();
    } else {
      const { hello, version } = accepted;
      const remote = { linkId: hello.linkId, version, node: hello.from };
      this.#state = { name: 'half open', untilMs: nowMs + HALF_OPEN_MAX_MS, remote };
      this.#sendAccept(remote);
    }
  }

  get state(): State['name'] {
    return this.#state.name;
  }

  /** Who the peer says it is, once it has said so. */
  get peer(): RelayNode | undefined {
    return this.#remote?.node;
  }

  /** The smoothed round trip, as pings measure it every half second; undefined before the first. */
  get srttMs(): number | undefined {
    return this.#state.name === 'up' ? this.#state.liveness.srttMs : undefined;
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

  /** Takes a datagram whose link id is ours, and that came by the peer's path; it is borrowed. */
  receive(nowMs: number, datagram: Datagram): void {
    if (this.#state.name === 'down') return;
    this.counters.datagramsReceived += 1;
    this.counters.bytesReceived += DATAGRAM_HEADER_BYTES + datagram.payload.length;
    if (!this.#take(nowMs, datagram)) this.counters.datagramsRefused += 1;
  }

  /** The opener has sent its hello again: our accept was lost, or is still on its way. */
  receiveHelloAgain(nowMs: number): void {
    if (this.role !== 'accepter' || this.#remote === undefined) return;
    this.#sendAccept(this.#remote);
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

  /** Sends a packet of a stream that was granted, and copies it. False when it was dropped, or the stream is over. */
  sendMedia(nowMs: number, id: number, track: MediaKind, media: Omit<MediaFrame, 'kind'>): boolean {
    if (media.packet.length > PACKET_MAX_BYTES) {
      this.counters.packetsTooLong += 1;
      return false;
    }
    return this.#exchange.send(nowMs, id, track, { ...media, kind: 'media' });
  }

  /** Sends what a sender report of the publisher says. */
  sendClock(nowMs: number, id: number, track: MediaKind, clock: Omit<ClockFrame, 'kind'>): boolean {
    return this.#exchange.send(nowMs, id, track, { ...clock, kind: 'clock' });
  }

  /** Ends the link, and tells the peer why. */
  close(reason: string): void {
    this.#end(printable(reason), 'tell');
  }

  deadline(): Deadline | undefined {
    switch (this.#state.name) {
      case 'opening':
        return this.#state.retry.deadline();
      case 'half open':
        return { atMs: this.#state.untilMs, reason: 'relay: to be confirmed' };
      case 'up':
        return earlier(this.#state.liveness.deadline(), this.#exchange.deadline());
      case 'down':
        return undefined;
    }
  }

  advance(nowMs: number): void {
    switch (this.#state.name) {
      case 'opening':
        return this.#advanceOpening(nowMs, this.#state.retry);
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

  get #remote(): Remote | undefined {
    return this.#state.name === 'up' || this.#state.name === 'half open' ? this.#state.remote : undefined;
  }

  #take(nowMs: number, datagram: Datagram): boolean {
    switch (datagram.type) {
      case 'accept':
        return this.#takeAccept(nowMs, datagram);
      case 'refuse':
        return this.#takeRefusal(datagram);
      case 'hello':
        return false;
      default:
        return this.#takeSealed(nowMs, datagram);
    }
  }

  #takeAccept(nowMs: number, { version, payload }: Datagram): boolean {
    const accept = parseAccept(payload);
    if (accept === undefined || this.role !== 'opener') return false;
    // A second answer to a hello that had gone out twice.
    if (this.#state.name !== 'opening') return true;
    if (commonVersion(this.#versions, { lowest: version, highest: version }) === undefined) return false;
    const remote = { linkId: accept.linkId, version, node: accept.from };
    this.#enterUp(nowMs, remote);
    return true;
  }

  #takeRefusal({ payload }: Datagram): boolean {
    const refusal = parseRefusal(payload);
    if (refusal === undefined || this.#state.name !== 'opening') return false;
    this.#end(refusalInWords(refusal, this.#versions), 'silently');
    return true;
  }

  #takeSealed(nowMs: number, { type, version, payload }: Datagram): boolean {
    const remote = this.#remote;
    const opened = openPayload(payload);
    if (remote === undefined || version !== remote.version || opened === undefined) return false;
    if ((type === 'ping' || type === 'pong') && !isPing(opened)) return false;
    if (type === 'close') {
      this.#end(`the peer closed the link: ${printable(textOf(opened)) || 'no reason given'}`, 'silently');
      return true;
    }
    if (this.#state.name === 'half open') this.#enterUp(nowMs, remote);
    if (this.#state.name !== 'up') return false;
    this.#state.liveness.heard(nowMs);
    if (type === 'ping') this.#send('pong', remote, opened);
    else if (type === 'pong') this.#state.liveness.pong(nowMs, opened);
    else this.#exchange.receive(nowMs, opened);
    return true;
  }

  #enterUp(nowMs: number, remote: Remote): void {
    const liveness = new Liveness(nowMs);
    this.#state = { name: 'up', liveness, remote };
    this.#outputs.push({ kind: 'up', peer: remote.node });
    // The opener's first ping is also what shows the accepter that its accept has come.
    this.#advanceUp(nowMs, this.#state);
  }

  #advanceOpening(nowMs: number, retry: HelloRetry): void {
    const due = retry.due(nowMs);
    if (due === 'again') this.#sendHello();
    else if (due === 'give up') this.#end('no answer', 'silently');
  }

  #advanceUp(nowMs: number, { liveness, remote }: Extract<State, { name: 'up' }>): void {
    if (liveness.isSilent(nowMs)) {
      this.#end('the peer is silent', 'tell');
      return;
    }
    if (liveness.isPingDue(nowMs)) this.#send('ping', remote, liveness.ping(nowMs));
    this.#exchange.advance(nowMs);
  }

  #pass(output: ExchangeOutput): void {
    switch (output.kind) {
      case 'data':
        if (this.#remote !== undefined) this.#send('data', this.#remote, output.payload);
        return;
      case 'fault':
        return this.#end(output.reason, 'tell');
      default:
        this.#outputs.push(output);
    }
  }

  #end(reason: string, how: 'tell' | 'silently'): void {
    if (this.#state.name === 'down') return;
    if (how === 'tell' && this.#remote !== undefined) this.#send('close', this.#remote, Buffer.from(reason));
    this.#state = { name: 'down' };
    this.#exchange.clear();
    this.#outputs.push({ kind: 'down', reason });
  }

  #sendHello(): void {
    const hello = { linkId: this.localId, versions: this.#versions, from: this.#self };
    this.#write({ type: 'hello', version: this.#versions.highest, linkId: 0, payload: writeHello(hello) });
  }

  #sendAccept({ linkId, version }: Remote): void {
    const payload = writeAccept({ linkId: this.localId, from: this.#self });
    this.#write({ type: 'accept', version, linkId, payload });
  }

  #send(type: DatagramType, { linkId, version }: Remote, payload: Uint8Array): void {
    this.#write({ type, version, linkId, payload: sealPayload(payload) });
  }

  #write(datagram: Datagram): void {
    const bytes = writeDatagram(datagram);
    this.counters.datagramsSent += 1;
    this.counters.bytesSent += bytes.length;
    this.#outputs.push({ kind: 'datagram', bytes });
  }
}

function refusalInWords({ code, versions, words }: Refusal, own: VersionRange): string {
  switch (code) {
    case 'version':
      return `refused: the peer speaks ${formatVersions(versions)}, we ${formatVersions(own)}`;
    case 'busy':
      return 'refused: the peer has too many links';
    case 'not allowed':
      return `refused: ${words}`;
  }
}
