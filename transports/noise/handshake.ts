/**
 * The handshake Noise_KKpsk0_25519_AESGCM_SHA256 (noiseprotocol.org, revision 34): both ends know the other's static key
 * and share a secret beforehand. The initiator's message and the responder's answer prove both to each other and agree
 * on keys that nobody finds afterwards, even with all of those.
 *
 *     -> s
 *     <- s
 *     ...
 *     -> psk, e, es, ss
 *     <- e, ee, se
 */
import { TAG_BYTES } from './aes-gcm.ts';
import { SymmetricState } from './symmetric-state.ts';
import { sharedSecret, X25519_BYTES, type X25519Pair, type X25519Public, x25519Public } from './x25519.ts';

const PROTOCOL_NAME = 'Noise_KKpsk0_25519_AESGCM_SHA256';
const messages = [
  ['psk', 'e', 'es', 'ss'],
  ['e', 'ee', 'se'],
] as const;
type Token = (typeof messages)[number][number];

export const PSK_BYTES = 32;
/** How much longer each of the two messages is than its payload. */
export const HANDSHAKE_OVERHEAD_BYTES = X25519_BYTES + TAG_BYTES;

export interface HandshakeOptions {
  readonly role: 'initiator' | 'responder';
  /** What both ends must agree on besides. */
  readonly prologue: Uint8Array;
  /** PSK_BYTES long. */
  readonly psk: Uint8Array;
  readonly ownStatic: X25519Pair;
  readonly remoteStatic: X25519Public;
  /** Of this handshake alone. */
  readonly ownEphemeral: X25519Pair;
}

export interface SessionKeys {
  readonly send: Uint8Array;
  readonly receive: Uint8Array;
  /** Differs for each handshake, and is the same at both ends: what to bind other things to (section 11.2). */
  readonly handshakeHash: Uint8Array;
}

export class NoiseHandshake {
  readonly #options: HandshakeOptions;
  #state: SymmetricState;
  #remoteEphemeral: X25519Public | undefined;
  /** Messages that went either way. */
  #count = 0;

  constructor(options: HandshakeOptions) {
    this.#options = options;
    const { role, prologue, ownStatic, remoteStatic } = options;
    const state = new SymmetricState(PROTOCOL_NAME);
    state.mixHash(prologue);
    const [first, second] = role === 'initiator' ? [ownStatic, remoteStatic] : [remoteStatic, ownStatic];
    state.mixHash(first.bytes);
    state.mixHash(second.bytes);
    this.#state = state;
  }

  /** The next message, which is ours; nothing when a key of the peer's is none. */
  writeMessage(payload: Uint8Array): Uint8Array | undefined {
    const { ownEphemeral } = this.#options;
    for (const token of messages[this.#count] ?? []) {
      if (token === 'e') this.#mixEphemeral(this.#state, ownEphemeral);
      else if (!this.#mix(this.#state, token, this.#remoteEphemeral)) return undefined;
    }
    this.#count += 1;
    return Buffer.concat([ownEphemeral.bytes, this.#state.encryptAndHash(payload)]);
  }

  /** The payload of the peer's message; nothing for one that is not authentic, which changes nothing. */
  readMessage(message: Uint8Array): Uint8Array | undefined {
    if (message.length < HANDSHAKE_OVERHEAD_BYTES) return undefined;
    const state = this.#state.copy();
    const remoteEphemeral = x25519Public(message.subarray(0, X25519_BYTES));
    for (const token of messages[this.#count] ?? []) {
      if (token === 'e') this.#mixEphemeral(state, remoteEphemeral);
      else if (!this.#mix(state, token, remoteEphemeral)) return undefined;
    }
    const payload = state.decryptAndHash(message.subarray(X25519_BYTES));
    if (payload === undefined) return undefined;
    this.#state = state;
    this.#remoteEphemeral = remoteEphemeral;
    this.#count += 1;
    return payload;
  }

  /** Once both messages have gone. */
  split(): SessionKeys {
    const [initiator, responder] = this.#state.split();
    const handshakeHash = this.#state.hash;
    return this.#options.role === 'initiator'
      ? { send: initiator, receive: responder, handshakeHash }
      : { send: responder, receive: initiator, handshakeHash };
  }

  /** With a psk the ephemeral key is mixed into the chaining key too (section 9.2). */
  #mixEphemeral(state: SymmetricState, { bytes }: X25519Public): void {
    state.mixHash(bytes);
    state.mixKey(bytes);
  }

  /** False for a key with which there is no secret. */
  #mix(
    state: SymmetricState,
    token: Exclude<Token, 'e'>,
    remoteEphemeral: X25519Public | undefined,
  ): boolean {
    const { role, psk, ownStatic, ownEphemeral, remoteStatic } = this.#options;
    if (token === 'psk') {
      state.mixKeyAndHash(psk);
      return true;
    }
    // The first letter is the initiator's key, the second the responder's.
    const [own, remote] = role === 'initiator' ? token : [...token].reverse();
    const remoteKey = remote === 'e' ? remoteEphemeral : remoteStatic;
    const secret = remoteKey && sharedSecret(own === 'e' ? ownEphemeral : ownStatic, remoteKey);
    if (secret === undefined) return false;
    state.mixKey(secret);
    return true;
  }
}
