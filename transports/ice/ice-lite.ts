/**
 * An ICE-lite agent (RFC 8445 sections 2.5 and 6.1.1): it has host candidates, sends no checks of its own, answers the
 * peer's, and sends where the peer nominates. Its consent to go on sending (RFC 7675) are the peer's checks.
 */
import type { Deadline } from '../clock.ts';
import type { IceCredentials } from '../sdp/port.ts';
import { parseStun, type StunMessage } from '../stun/message.ts';
import { BINDING } from '../stun/wire.ts';
import type { Path } from '../udp/path.ts';
import { type BindingRefusal, type Generation, judgeBinding } from './binding.ts';

/** A client that vanished must be gone within 30 s (RFC 7675 section 5.1); 5 s are left to take its session down. */
export const CONSENT_TIMEOUT_MS = 25_000;
/** Long enough for the slowest sane client to try all its candidates, short enough not to keep who never comes. */
export const ESTABLISH_TIMEOUT_MS = 20_000;
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
  readonly timeouts?: IceTimeouts;
}

export type IceOutput =
  | { readonly kind: 'send'; readonly bytes: Uint8Array; readonly path: Path }
  /** Send everything there from now on. */
  | { readonly kind: 'selected'; readonly path: Path }
  /** Send nothing any more; the last output. `reason` is for people. */
  | { readonly kind: 'expired'; readonly reason: string };

/** `not wanted`: a response, or another method than Binding; we ask nobody anything. */
export type IceRefusal = BindingRefusal | 'malformed' | 'wrong fingerprint' | 'not wanted';

export interface IceCounters {
  /** Binding requests that were sound and authentic, and answered so. */
  requests: number;
  indications: number;
  readonly refused: Record<IceRefusal, number>;
  /** Outputs that were lost because OUTPUTS_MAX were waiting. */
  outputsDropped: number;
}

type State =
  | { readonly kind: 'checking'; readonly sinceMs: number }
  | {
      readonly kind: 'connected';
      readonly path: Path;
      /** Of the last authentic request from `path`. */
      readonly consentAtMs: number;
    }
  | { readonly kind: 'expired' };

export class IceLite {
  readonly counters: IceCounters = {
    requests: 0,
    indications: 0,
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
  /** The credentials of the last description. */
  #current: Generation;
  /** Those from before an ICE restart, good until the peer is seen to use the new ones. */
  #previous: Generation | undefined;
  #state: State;
  #outputs: IceOutput[] = [];

  constructor({ local, remote, nowMs, timeouts = {} }: IceLiteOptions) {
    this.#current = { local, remote, checked: false };
    this.#state = { kind: 'checking', sinceMs: nowMs };
    this.#consentTimeoutMs = timeouts.consentMs ?? CONSENT_TIMEOUT_MS;
    this.#establishTimeoutMs = timeouts.establishMs ?? ESTABLISH_TIMEOUT_MS;
  }

  get state(): State['kind'] {
    return this.#state.kind;
  }

  /** Our credentials of the last description. */
  get local(): IceCredentials {
    return this.#current.local;
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

  /** One STUN datagram; true when it was an authentic check, so that `path` is known to lead to the peer. */
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
        return this.#refuse('not wanted');
    }
  }

  advance(nowMs: number): void {
    const deadline = this.deadline();
    if (deadline === undefined || nowMs < deadline.atMs) return;
    const reason =
      this.#state.kind === 'connected'
        ? `the client fell silent: no connectivity check for ${this.#consentTimeoutMs / 1000} s`
        : `no connectivity check came from the client within ${this.#establishTimeoutMs / 1000} s`;
    this.#state = { kind: 'expired' };
    this.#output({ kind: 'expired', reason });
  }

  deadline(): Deadline | undefined {
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

  poll(): IceOutput | undefined {
    return this.#outputs.shift();
  }

  #onRequest(nowMs: number, request: StunMessage, bytes: Uint8Array, path: Path): boolean {
    const generations = this.#previous === undefined ? [this.#current] : [this.#current, this.#previous];
    const { response, verdict } = judgeBinding(request, bytes, path, generations);
    this.#output({ kind: 'send', bytes: response, path });
    if (typeof verdict === 'string') return this.#refuse(verdict);
    this.counters.requests += 1;
    this.#onValidCheck(nowMs, verdict, path, request.attributes.useCandidate === true);
    return true;
  }

  /**
   * The first valid check of a generation selects its path, so that media need not wait for a nomination; after that
   * only nominations move it, and the newest wins, since controlling agents may change their minds.
   */
  #onValidCheck(nowMs: number, generation: Generation, path: Path, nominates: boolean): void {
    const isFirst = !generation.checked;
    generation.checked = true;
    if (generation === this.#current) this.#previous = undefined;

    const selected = this.selectedPath;
    if (selected !== undefined && samePath(selected, path)) {
      this.#state = { kind: 'connected', path: selected, consentAtMs: nowMs };
    } else if (selected === undefined || isFirst || nominates) {
      this.#state = { kind: 'connected', path, consentAtMs: nowMs };
      this.#output({ kind: 'selected', path });
    }
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

function samePath(a: Path, b: Path): boolean {
  return (
    a.remotePort === b.remotePort && a.remoteAddress === b.remoteAddress && a.localAddress === b.localAddress
  );
}
