/** The accepter's part in the greeting: what a hello says, and the one answer that goes out for it as often as it comes. */
import { NoiseHandshake, type SessionKeys } from '../noise/handshake.ts';
import type { X25519Pair } from '../noise/x25519.ts';
import {
  ephemeralOf,
  type Hello,
  parseNode,
  prologueOf,
  type RelayNode,
  writeAccept,
  writeAcceptPayload,
} from './greeting.ts';
import type { LinkKeys } from './link-keys.ts';

export interface Accepted {
  readonly sessionKeys: SessionKeys;
  /** The accept, for each time that the hello comes. */
  readonly datagram: Uint8Array;
}

export class Accepting {
  /** Who asks. */
  readonly from: RelayNode;
  /** The link as the opener knows it. */
  readonly remoteId: number;
  /** What both will speak. */
  readonly version: number;
  readonly #keys: LinkKeys;
  readonly #handshake: NoiseHandshake;
  readonly #remoteEphemeral: Uint8Array;

  private constructor(
    hello: Hello,
    version: number,
    keys: LinkKeys,
    handshake: NoiseHandshake,
    from: RelayNode,
  ) {
    this.from = from;
    this.remoteId = hello.linkId;
    this.version = version;
    this.#keys = keys;
    this.#handshake = handshake;
    this.#remoteEphemeral = ephemeralOf(hello.message).slice();
  }

  /** Reads the handshake's first message; nothing when it is not authentic. `ephemeral` is for this handshake alone. */
  static read(hello: Hello, version: number, keys: LinkKeys, ephemeral: X25519Pair): Accepting | undefined {
    const handshake = new NoiseHandshake({
      role: 'responder',
      prologue: prologueOf(hello.linkId, hello.versions),
      psk: keys.psk,
      ownStatic: keys.accepter,
      remoteStatic: keys.opener,
      ownEphemeral: ephemeral,
    });
    const payload = handshake.readMessage(hello.message);
    const from = payload && parseNode(payload);
    return from && new Accepting(hello, version, keys, handshake, from);
  }

  /** To be called once. Nothing when the opener's key is none that there is a secret with. */
  accept(localId: number, self: RelayNode): Accepted | undefined {
    const { version } = this;
    const message = this.#handshake.writeMessage(
      writeAcceptPayload({ linkId: localId, version, from: self }),
    );
    if (message === undefined) return undefined;
    const to = { linkId: this.remoteId, ephemeral: this.#remoteEphemeral, version };
    return {
      sessionKeys: this.#handshake.split(),
      datagram: writeAccept(this.#keys.greeting, to, message),
    };
  }
}
