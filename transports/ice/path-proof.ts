/**
 * Proof that the peer is where its checks claim to come from. The source of a datagram can be forged, so that a peer
 * with sound credentials could point what we send at somebody else; but who forges a source does not see what is sent
 * there, and cannot answer it. So we ask along the path, by a Binding request of our own that any full agent answers
 * (RFC 8445 section 7.3), with a random transaction id. QUIC asks likewise before it follows a client (RFC 9000
 * section 9.3).
 */
import type { IceCredentials } from '../sdp/port.ts';
import { buildStun } from '../stun/build.ts';
import type { HmacSha1 } from '../stun/hmac-sha1.ts';
import { integrityMatches } from '../stun/integrity.ts';
import type { StunMessage } from '../stun/message.ts';
import { type Path, samePath } from '../udp/path.ts';

/** How long an answer may take before the request is repeated, of which one may be lost (RFC 8489 section 6.2.1). */
export const PROOF_RESEND_MS = 500;
/** Together 2.5 s, as long as browsers wait between two checks: the next one may ask for another proof. */
export const PROOF_REQUESTS_MAX = 5;
/** That of a peer-reflexive candidate (RFC 8445 section 5.1.2.1); agents expect one, and a lite one has no use for it. */
const PRIORITY = 110 * 2 ** 24 + 65_535 * 2 ** 8 + 255;

export interface PathProofOptions {
  readonly path: Path;
  readonly local: IceCredentials;
  readonly remote: IceCredentials;
  /** 12 random bytes. */
  readonly transactionId: Uint8Array;
  /** 64 random bits, the same in all requests of an agent. */
  readonly tieBreaker: bigint;
  readonly firstAtMs: number;
  readonly hmacSha1: HmacSha1;
}

export class PathProof {
  readonly path: Path;
  readonly #password: string;
  readonly #hmacSha1: HmacSha1;
  readonly #transactionId: Uint8Array;
  readonly #request: Uint8Array;
  #requestsLeft = PROOF_REQUESTS_MAX;
  #nextAtMs: number;

  constructor(options: PathProofOptions) {
    const { path, local, remote, transactionId, tieBreaker, firstAtMs, hmacSha1 } = options;
    this.path = path;
    this.#password = remote.pwd;
    this.#hmacSha1 = hmacSha1;
    this.#transactionId = transactionId;
    this.#nextAtMs = firstAtMs;
    this.#request = buildStun({
      class: 'request',
      transactionId,
      attributes: {
        username: `${remote.ufrag}:${local.ufrag}`,
        priority: PRIORITY,
        iceControlled: tieBreaker,
      },
      password: remote.pwd,
      hmacSha1,
    });
  }

  /** Whether it is the proof of `path` by `remote`'s credentials. */
  isFor(path: Path, remote: IceCredentials): boolean {
    return samePath(path, this.path) && remote.pwd === this.#password;
  }

  /** When to send the request again, or to give up. */
  get nextAtMs(): number {
    return this.#nextAtMs;
  }

  /** The request if it is due, or that there is no more hope. */
  next(nowMs: number): Uint8Array | 'given up' | undefined {
    if (nowMs < this.#nextAtMs) return undefined;
    if (this.#requestsLeft === 0) return 'given up';
    this.#requestsLeft -= 1;
    this.#nextAtMs = nowMs + PROOF_RESEND_MS;
    return this.#request;
  }

  /** Whether a message that came along `path` is the answer: only the peer itself, and only there, can give it. */
  isGivenBy(response: StunMessage, bytes: Uint8Array, path: Path): boolean {
    const { integrityOffset, transactionId, unknownRequired } = response;
    return (
      response.class === 'success' &&
      Buffer.compare(transactionId, this.#transactionId) === 0 &&
      samePath(path, this.path) &&
      unknownRequired.length === 0 &&
      integrityOffset !== undefined &&
      integrityMatches(bytes, integrityOffset, this.#password, this.#hmacSha1)
    );
  }
}
