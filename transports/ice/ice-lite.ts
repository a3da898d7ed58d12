/**
 * An ICE-lite agent (RFC 8445 sections 2.5 and 6.1.1): it has host candidates, answers the peer's checks, and sends
 * where the peer nominates. Its consent to go on sending (RFC 7675) are the peer's checks. It makes none of its own,
 * but for one case: before it follows a peer to another IP address, it has the peer prove that it is there.
 */
import { type Deadline, earlier } from '../clock.ts';
import type { Random } from '../random.ts';
import type { IceCredentials } from '../sdp/port.ts';
import { type HmacSha1, hmacSha1 } from '../stun/hmac-sha1.ts';
import { parseStun, type StunMessage } from '../stun/message.ts';
import { BINDING, TRANSACTION_ID_BYTES } from '../stun/wire.ts';
import { type Path, samePath } from '../udp/path.ts';
import { type BindingRefusal, type Generation, judgeBinding } from './binding.ts';
import { PathProof } from './path-proof.ts';

/** A client that vanished must be gone within 30 s (RFC 7675 section 5.1); 5 s are left to take its session down. */
export const CONSENT_TIMEOUT_MS = 25_000;
/** Long enough for the slowest sane client to try all its candidates, short enough not to keep who never comes. */
export const ESTABLISH_TIMEOUT_MS = 20_000;
/**
 * How long the selected path may go without a check before any other authentic check takes over: a client whose NAT
 * gave it another port need not nominate again. Checks for consent are at most 6 s apart (RFC 7675 section 5.1).
 */
export const SILENT_PATH_MS = 7000;
/** Between requests of our own to different paths: what a full agent keeps between its checks (RFC 8445 section 14.2). */
export const OWN_REQUEST_PACE_MS = 50;
/** RFC 8445 section 7.1.3. */
const TIE_BREAKER_BYTES = 8;
/** The owner drains after each datagram, so one or two wait; past this an owner has stopped draining. */
export const OUTPUTS_MAX = 32;

export interface IceTimeouts {
  readonly consentMs?: number;
  readonly establishMs?: number;
}

export interface IceLiteOptions {
  readonly local: IceCredentials;
  /** Left out until the peer's description has come: then our half of USERNAME is enough. */
  readonly remote?: IceCredentials;
  readonly nowMs: number;
  readonly random: Random;
  readonly timeouts?: IceTimeouts;
  /** By default node:crypto's. */
  readonly hmacSha1?: HmacSha1;
  /**
   * Whether the peer has to prove that it is at the first path too. It need not where DTLS comes before media, which is such a
   * proof; without it, who forges the source of one check would have all media sent to somebody else.
   */
  readonly provesFirstPath?: boolean;
}

export type IceOutput =
  | { readonly kind: 'send'; readonly bytes: Uint8Array; readonly path: Path }
  /** Send everything there from now on. */
  | { readonly kind: 'selected'; readonly path: Path }
  /** Send nothing any more; the last output. `reason` is for people. */
  | { readonly kind: 'expired'; readonly reason: string };

/** `not wanted`: another method than Binding, or a response to nothing that we ask at the moment. */
export type IceRefusal = BindingRefusal | 'malformed' | 'wrong fingerprint' | 'not wanted';

export interface IceCounters {
  /** Binding requests that were sound and authentic, and answered so. */
  requests: number;
  indications: number;
  /** Of a peer's being at another IP address: asked for, given, and waited for in vain. */
  readonly proofs: { asked: number; given: number; failed: number };
  readonly refused: Record<IceRefusal, number>;
  /** Outputs that were lost because OUTPUTS_MAX were waiting. */
  outputsDropped: number;
}

type State =
  | { readonly kind: 'checking'; readonly sinceMs: number }
  | {
      readonly kind: 'connected';
      readonly path: Path;
      /** Of the last authentic request from `path`, or of the proof that led to it. */
      readonly consentAtMs: number;
    }
  | { readonly kind: 'expired' };

export class IceLite {
  readonly counters: IceCounters = {
    requests: 0,
    indications: 0,
    proofs: { asked: 0, given: 0, failed: 0 },
    refused: {
      malformed: 0,
      'wrong fingerprint': 0,
      'not wanted': 0,
      'missing credentials': 0,
      'wrong credentials': 0,
      'unknown attributes': 0,
      'role conflict': 0,
    },
    outputsDropped: 0,
  };
  readonly #consentTimeoutMs: number;
  readonly #establishTimeoutMs: number;
  readonly #provesFirstPath: boolean;
  /** The credentials of the last description. */
  #current: Generation;
  /** Those from before an ICE restart, good until the peer is seen to use the new ones. */
  #previous: Generation | undefined;
  #state: State;
  /** That of the path to move to. */
  #proof: PathProof | undefined;
  /** When a request of our own may go to another path than the last. */
  #mayAskAtMs = 0;
  readonly #random: Random;
  readonly #hmacSha1: HmacSha1;
  /** Drawn for the first request of our own; most sessions never make one. */
  #tieBreaker: bigint | undefined;
  #outputs: IceOutput[] = [];

  constructor(options: IceLiteOptions) {
    const { local, remote, nowMs, random, timeouts = {}, provesFirstPath = false } = options;
    this.#current = { local, remote, checked: false };
    this.#state = { kind: 'checking', sinceMs: nowMs };
    this.#random = random;
    this.#hmacSha1 = options.hmacSha1 ?? hmacSha1;
    this.#consentTimeoutMs = timeouts.consentMs ?? CONSENT_TIMEOUT_MS;
    this.#establishTimeoutMs = timeouts.establishMs ?? ESTABLISH_TIMEOUT_MS;
    this.#provesFirstPath = provesFirstPath;
  }

  get state(): State['kind'] {
    return this.#state.kind;
  }

  /** Our credentials of the last description. */
  get local(): IceCredentials {
    return this.#current.local;
  }

  /** Our fragments that checks are answered for: of the last description, then of the one before while it is in use. */
  get localFragments(): readonly string[] {
    return this.#generations().map(({ local }) => local.ufrag);
  }

  get selectedPath(): Path | undefined {
    return this.#state.kind === 'connected' ? this.#state.path : undefined;
  }

  /** When the peer last showed, on the selected path, that it still wants what we send. */
  get lastConsentAtMs(): number | undefined {
    return this.#state.kind === 'connected' ? this.#state.consentAtMs : undefined;
  }

  /** The peer's description has come; if no check has, the time to establish starts anew. */
  setRemote(nowMs: number, remote: IceCredentials): void {
    this.#current.remote = remote;
    this.#startEstablishing(nowMs);
  }

  /**
   * An ICE restart (RFC 8445 section 9). Until a check with the new credentials comes the old ones are still answered
   * and the old path is still sent on, so that a restart that comes to nothing does no harm.
   */
  restart(nowMs: number, local: IceCredentials, remote: IceCredentials): void {
    // Of two restarts in a row the first may never have reached the peer: what it was seen to use stays good.
    if (this.#current.checked || this.#previous === undefined) this.#previous = this.#current;
    this.#current = { local, remote, checked: false };
    this.#startEstablishing(nowMs);
  }

  /** One STUN datagram; true when it was an authentic check or proof, so that `path` is known to lead to the peer. */
  receive(nowMs: number, bytes: Uint8Array, path: Path): boolean {
    if (this.#state.kind === 'expired') return false;
    const message = parseStun(bytes);
    if (message === undefined) return this.#refuse('malformed');
    // ICE asks for a fingerprint on every message (RFC 8445 section 7.1); without it this may be no STUN at all.
    if (message.fingerprint !== 'valid') return this.#refuse('wrong fingerprint');
    if (message.method !== BINDING) return this.#refuse('not wanted');
    switch (message.class) {
      case 'request':
        return this.#onRequest(nowMs, message, bytes, path);
      case 'indication':
        // Keeps a NAT's mapping alive and asks for nothing; unauthenticated, it gives no consent either.
        this.counters.indications += 1;
        return false;
      case 'success':
      case 'error':
        return this.#onResponse(nowMs, message, bytes, path);
    }
  }

  advance(nowMs: number): void {
    this.#askForProof(nowMs);
    const deadline = this.#livenessDeadline();
    if (deadline === undefined || nowMs < deadline.atMs) return;
    const reason = this.#expiryReason();
    this.#state = { kind: 'expired' };
    this.#proof = undefined;
    this.#output({ kind: 'expired', reason });
  }

  deadline(): Deadline | undefined {
    const proof = this.#proof && { atMs: this.#proof.nextAtMs, reason: 'ice: proof of a path' };
    return earlier(this.#livenessDeadline(), proof);
  }

  poll(): IceOutput | undefined {
    return this.#outputs.shift();
  }

  #livenessDeadline(): Deadline | undefined {
    switch (this.#state.kind) {
      case 'checking':
        // How long to wait for the peer's description is for whoever asked for it to know.
        if (this.#current.remote === undefined) return undefined;
        return { atMs: this.#state.sinceMs + this.#establishTimeoutMs, reason: 'ice: first check' };
      case 'connected':
        return { atMs: this.#state.consentAtMs + this.#consentTimeoutMs, reason: 'ice: consent' };
      case 'expired':
        return undefined;
    }
  }

  #expiryReason(): string {
    const establishLimit = `within ${this.#establishTimeoutMs / 1000} s`;
    if (this.#state.kind === 'connected')
      return `the client fell silent: no connectivity check for ${this.#consentTimeoutMs / 1000} s`;
    return this.counters.proofs.asked > 0
      ? `the client's connectivity checks came, but it answered none of ours ${establishLimit}`
      : `no connectivity check came from the client ${establishLimit}`;
  }

  #generations(): readonly Generation[] {
    return this.#previous === undefined ? [this.#current] : [this.#current, this.#previous];
  }

  #onRequest(nowMs: number, request: StunMessage, bytes: Uint8Array, path: Path): boolean {
    const { response, verdict } = judgeBinding(request, bytes, path, this.#generations(), this.#hmacSha1);
    this.#output({ kind: 'send', bytes: response, path });
    if (typeof verdict === 'string') return this.#refuse(verdict);
    this.counters.requests += 1;
    this.#onValidCheck(nowMs, verdict, path, request.attributes.useCandidate === true);
    return true;
  }

  /**
   * The first valid check of a generation selects its path, so that media need not wait for a nomination; after that
   * nominations move it, of which the newest wins, since controlling agents may change their minds, and when it has
   * fallen silent any check.
   */
  #onValidCheck(nowMs: number, generation: Generation, path: Path, nominates: boolean): void {
    const chooses = nominates || !generation.checked;
    generation.checked = true;
    if (generation === this.#current) this.#previous = undefined;

    if (this.#state.kind !== 'connected') {
      if (!this.#provesFirstPath) return this.#select(nowMs, path);
      // The pair that is checked first stands until its proof is given or given up, unless another is nominated.
      if (this.#proof === undefined || nominates) this.#prove(nowMs, generation, path);
      return;
    }
    const { path: selected, consentAtMs } = this.#state;
    if (samePath(selected, path)) {
      this.#state = { kind: 'connected', path: selected, consentAtMs: nowMs };
      if (chooses) this.#proof = undefined;
    } else if (chooses || (nowMs - consentAtMs >= SILENT_PATH_MS && this.#proof === undefined)) {
      this.#moveTo(nowMs, generation, path, selected);
    }
  }

  /**
   * To another port at once, as NATs change them and nobody else is harmed; to another IP address once the peer has
   * proved to be there. Before its description has come the peer cannot be asked, but nor is anything sent to it.
   */
  #moveTo(nowMs: number, generation: Generation, path: Path, selected: Path): void {
    if (generation.remote === undefined || path.remoteAddress === selected.remoteAddress)
      return this.#select(nowMs, path);
    this.#prove(nowMs, generation, path);
  }

  /** Selects the path once the peer has proved to be there, for which its description must have come. */
  #prove(nowMs: number, { local, remote }: Generation, path: Path): void {
    if (remote === undefined || this.#proof?.isFor(path, remote)) return;
    this.#tieBreaker ??= Buffer.from(this.#random.bytes(TIE_BREAKER_BYTES)).readBigUInt64BE();
    this.counters.proofs.asked += 1;
    this.#proof = new PathProof({
      path,
      local,
      remote,
      transactionId: this.#random.bytes(TRANSACTION_ID_BYTES),
      tieBreaker: this.#tieBreaker,
      firstAtMs: Math.max(nowMs, this.#mayAskAtMs),
      hmacSha1: this.#hmacSha1,
    });
    this.#askForProof(nowMs);
  }

  #askForProof(nowMs: number): void {
    const next = this.#proof?.next(nowMs);
    if (next === undefined) return;
    if (next === 'given up') {
      this.#proof = undefined;
      this.counters.proofs.failed += 1;
      return;
    }
    this.#mayAskAtMs = nowMs + OWN_REQUEST_PACE_MS;
    this.#output({ kind: 'send', bytes: next, path: this.#proof!.path });
  }

  #onResponse(nowMs: number, response: StunMessage, bytes: Uint8Array, path: Path): boolean {
    if (!this.#proof?.isGivenBy(response, bytes, path)) return this.#refuse('not wanted');
    this.counters.proofs.given += 1;
    this.#select(nowMs, path);
    return true;
  }

  #select(nowMs: number, path: Path): void {
    this.#proof = undefined;
    this.#state = { kind: 'connected', path, consentAtMs: nowMs };
    this.#output({ kind: 'selected', path });
  }

  #startEstablishing(nowMs: number): void {
    if (this.#state.kind === 'checking') this.#state = { kind: 'checking', sinceMs: nowMs };
  }

  #refuse(reason: IceRefusal): false {
    this.counters.refused[reason] += 1;
    return false;
  }

  /** A response that finds no room is lost like any datagram; news for the owner takes the place of the oldest. */
  #output(output: IceOutput): void {
    if (this.#outputs.length >= OUTPUTS_MAX) {
      this.counters.outputsDropped += 1;
      if (output.kind === 'send') return;
      this.#outputs.shift();
    }
    this.#outputs.push(output);
  }
}
