/**
 * One peer connection as the server holds it: ICE-lite, then DTLS, then SRTP keys, each its own core; this one passes
 * their outputs on and knows how far the connection got. One that is plain ends with ICE: media may flow as soon as the peer is
 * described and there is a path. Media does not pass through the queue of outputs: the
 * owner opens it directly, and what is sent is sealed by the fan-out.
 */
import { type Deadline, earlier } from '../clock.ts';
import type { DtlsEndpoint, DtlsFactory } from '../dtls/port.ts';
import type { IceLite } from '../ice/ice-lite.ts';
import type { IceCredentials, RemoteTransport } from '../sdp/port.ts';
import { PlainTransform } from '../srtp/plain.ts';
import type { SrtpKeys, SrtpTransform } from '../srtp/port.ts';
import type { Path } from '../udp/path.ts';

/** In order: nothing seen, connectivity checks seen, DTLS seen (not where media is plain), media may flow, over. */
export type PeerState = 'new' | 'checking' | 'handshaking' | 'connected' | 'ended';

export type PeerOutput =
  | { readonly kind: 'send'; readonly bytes: Uint8Array; readonly path: Path }
  /** What goes to the peer takes this path from now on. */
  | { readonly kind: 'path'; readonly path: Path }
  | { readonly kind: 'state'; readonly state: PeerState }
  /** The last output: `reason` is for people. */
  | { readonly kind: 'ended'; readonly reason: string };

export interface PeerOptions {
  readonly ice: IceLite;
  readonly makeDtls: DtlsFactory;
  readonly makeSrtp: (keys: SrtpKeys) => SrtpTransform;
  /** Media is not encrypted: there is no DTLS. `ice` then proves the first path, as nothing else does. */
  readonly isPlain?: boolean;
}

/**
 * From knowing the peer to media: the slowest DTLS handshake that may still succeed, after the slowest ICE (both have
 * limits of 20 s of their own), would be no use to a class; and a client that checks and checks must not stay for ever.
 */
const ESTABLISH_LIMIT_MS = 30_000;

export interface PeerCounters {
  /**
   * DTLS datagrams that came before the peer's fingerprint was known, or by a path that no check had verified; where media is
   * plain, all.
   */
  dtlsTooEarly: number;
  srtpMalformed: number;
  srtpNotAuthentic: number;
  srtpReplayed: number;
  srtpTooManySources: number;
  /** Media that came before there were keys. */
  srtpTooEarly: number;
}

export class Peer {
  readonly #ice: IceLite;
  readonly #makeDtls: DtlsFactory;
  readonly #makeSrtp: (keys: SrtpKeys) => SrtpTransform;
  readonly #isPlain: boolean;
  #isDescribed = false;
  /** There once the peer's fingerprint is known, if media is encrypted. */
  #dtls: DtlsEndpoint | undefined;
  /** There once the handshake is complete, or where there is none, the path known. */
  #srtp: SrtpTransform | undefined;
  #state: PeerState = 'new';
  /** When the connection has to be up; undefined until the peer's description has come, and once it is. */
  #establishByMs: number | undefined;
  readonly #outputs: PeerOutput[] = [];
  readonly counters: PeerCounters = {
    dtlsTooEarly: 0,
    srtpMalformed: 0,
    srtpNotAuthentic: 0,
    srtpReplayed: 0,
    srtpTooManySources: 0,
    srtpTooEarly: 0,
  };

  constructor(options: PeerOptions) {
    this.#ice = options.ice;
    this.#makeDtls = options.makeDtls;
    this.#makeSrtp = options.makeSrtp;
    this.#isPlain = options.isPlain === true;
  }

  get state(): PeerState {
    return this.#state;
  }

  /** The path that the peer has chosen, once a check has verified one. */
  get path(): Path | undefined {
    return this.#ice.selectedPath;
  }

  /** When the peer last showed, on that path, that it still wants what we send. */
  get lastConsentAtMs(): number | undefined {
    return this.#ice.lastConsentAtMs;
  }

  /** Our ICE fragments that checks are answered for. */
  get localFragments(): readonly string[] {
    return this.#ice.localFragments;
  }

  /** The peer's answer has come, or it was in the offer. Only the first call counts. */
  setRemote(nowMs: number, remote: RemoteTransport): void {
    if (this.#isDescribed || this.#state === 'ended') return;
    this.#isDescribed = true;
    this.#ice.setRemote(nowMs, remote.ice);
    if (!this.#isPlain) this.#dtls = this.#makeDtls(remote.fingerprints);
    this.#establishByMs = nowMs + ESTABLISH_LIMIT_MS;
    this.#settle(nowMs);
  }

  /** New credentials for the same association (RFC 8445 section 9); the old ones hold until the new have been used. */
  restartIce(nowMs: number, local: IceCredentials, remote: IceCredentials): void {
    this.#ice.restart(nowMs, local, remote);
  }

  /** A STUN message; true when it was authentic, so that its path is known to lead to this peer. */
  receiveStun(nowMs: number, bytes: Uint8Array, path: Path): boolean {
    if (this.#state === 'ended') return false;
    const authentic = this.#ice.receive(nowMs, bytes, path);
    if (authentic && this.#state === 'new') this.#enter('checking');
    this.#settle(nowMs);
    return authentic;
  }

  receiveDtls(nowMs: number, bytes: Uint8Array): void {
    if (this.#state === 'ended') return;
    if (this.#dtls === undefined || this.#ice.selectedPath === undefined) {
      this.counters.dtlsTooEarly += 1;
      return;
    }
    if (this.#state === 'checking') this.#enter('handshaking');
    this.#dtls.receive(nowMs, bytes);
    this.#settle(nowMs);
  }

  /** The RTP packet inside an SRTP packet, or undefined; what was wrong with it is counted. */
  openRtp(bytes: Uint8Array): Uint8Array | undefined {
    return this.#checked(this.#srtp?.openRtp(bytes));
  }

  openRtcp(bytes: Uint8Array): Uint8Array | undefined {
    return this.#checked(this.#srtp?.openRtcp(bytes));
  }

  /** There while media may flow. */
  get srtp(): SrtpTransform | undefined {
    return this.#srtp;
  }

  /** Seals an RTCP packet; undefined while media may not flow. */
  sealRtcp(packet: Uint8Array): Uint8Array | undefined {
    return this.#srtp?.sealRtcp(packet);
  }

  /** Ends the connection from our side, telling the peer if it can be told. */
  close(nowMs: number, reason: string): void {
    if (this.#state === 'ended') return;
    this.#dtls?.close(nowMs);
    this.#settle(nowMs);
    this.#end(reason);
  }

  deadline(): Deadline | undefined {
    if (this.#state === 'ended') return undefined;
    const first = earlier(this.#ice.deadline(), this.#dtls?.deadline());
    if (this.#establishByMs === undefined) return first;
    return earlier(first, { atMs: this.#establishByMs, reason: 'peer: to be connected' });
  }

  advance(nowMs: number): void {
    if (this.#state === 'ended') return;
    this.#ice.advance(nowMs);
    this.#dtls?.advance(nowMs);
    this.#settle(nowMs);
    if (this.#establishByMs !== undefined && nowMs >= this.#establishByMs)
      this.close(nowMs, lateness(this.#state, this.#isPlain));
  }

  poll(): PeerOutput | undefined {
    return this.#outputs.shift();
  }

  /** Passes on what the cores below have to say. */
  #settle(nowMs: number): void {
    for (let output = this.#ice.poll(); output !== undefined; output = this.#ice.poll()) {
      switch (output.kind) {
        case 'send':
          this.#outputs.push(output);
          break;
        case 'selected':
          this.#outputs.push({ kind: 'path', path: output.path });
          break;
        case 'expired':
          this.#dtls?.close(nowMs);
          this.#settleDtls();
          this.#end(output.reason);
          return;
        default:
          output satisfies never;
      }
    }
    if (this.#isPlain) this.#connectPlain();
    else this.#settleDtls();
  }

  #connectPlain(): void {
    if (this.#srtp !== undefined || !this.#isDescribed || this.#ice.selectedPath === undefined) return;
    this.#connected(new PlainTransform());
  }

  #settleDtls(): void {
    const dtls = this.#dtls;
    if (dtls === undefined) return;
    for (let output = dtls.poll(); output !== undefined; output = dtls.poll()) {
      switch (output.kind) {
        case 'send': {
          const path = this.#ice.selectedPath;
          if (path !== undefined) this.#outputs.push({ kind: 'send', bytes: output.bytes, path });
          break;
        }
        case 'connected':
          this.#connected(this.#makeSrtp(output.keys));
          break;
        case 'closed':
          this.#end('the client closed the connection (DTLS close_notify)');
          break;
        case 'failed':
          this.#end(output.reason);
          break;
        default:
          output satisfies never;
      }
    }
  }

  #connected(srtp: SrtpTransform): void {
    this.#srtp = srtp;
    this.#establishByMs = undefined;
    this.#enter('connected');
  }

  #enter(state: PeerState): void {
    if (this.#state === 'ended') return;
    this.#state = state;
    this.#outputs.push({ kind: 'state', state });
  }

  #end(reason: string): void {
    if (this.#state === 'ended') return;
    this.#state = 'ended';
    this.#srtp = undefined;
    this.#outputs.push({ kind: 'ended', reason });
  }

  #checked(opened: Uint8Array | string | undefined): Uint8Array | undefined {
    if (typeof opened === 'object') return opened;
    switch (opened) {
      case undefined:
        this.counters.srtpTooEarly += 1;
        break;
      case 'malformed':
        this.counters.srtpMalformed += 1;
        break;
      case 'authentication':
        this.counters.srtpNotAuthentic += 1;
        break;
      case 'replay':
        this.counters.srtpReplayed += 1;
        break;
      default:
        this.counters.srtpTooManySources += 1;
    }
    return undefined;
  }
}

/** Why it did not come up in time, for people. */
function lateness(state: PeerState, isPlain: boolean): string {
  const limit = `within ${ESTABLISH_LIMIT_MS / 1000} s`;
  if (isPlain) return `connectivity checks came, but the client answered none of ours ${limit}`;
  return state === 'handshaking'
    ? `the DTLS handshake was not complete ${limit}`
    : `connectivity checks came, but no DTLS ${limit}`;
}
