/** The opener's part in the greeting: hellos until one is answered, and what the answer says. */
import type { Deadline } from '../clock.ts';
import { NoiseHandshake, type SessionKeys } from '../noise/handshake.ts';
import type { X25519Pair } from '../noise/x25519.ts';
import { commonVersion, formatVersions, type VersionRange } from '../zeromq/versions.ts';
import { COOKIE_BYTES } from './cookies.ts';
import type { GreetingDatagram } from './datagram.ts';
import {
  parseAccept,
  parseAcceptPayload,
  parseCookie,
  parseRefusal,
  prologueOf,
  type Refusal,
  type RelayNode,
  writeHello,
  writeNode,
} from './greeting.ts';
import { HelloRetry } from './hello-retry.ts';
import type { LinkKeys } from './link-keys.ts';

export interface OpeningOptions {
  readonly nowMs: number;
  readonly localId: number;
  readonly self: RelayNode;
  readonly versions: VersionRange;
  readonly keys: LinkKeys;
  readonly ephemeral: X25519Pair;
}

/** The peer as its answer told. */
export interface Remote {
  /** The link as the peer knows it. */
  readonly linkId: number;
  readonly version: number;
  readonly node: RelayNode;
}

export type Answer =
  /** The hello is to go out again now, with the cookie that it was asked for. */
  | { readonly kind: 'hello again' }
  | { readonly kind: 'refused'; readonly reason: string }
  | { readonly kind: 'accepted'; readonly remote: Remote; readonly sessionKeys: SessionKeys }
  /** Authentic, and says nothing new. */
  | { readonly kind: 'nothing' };

export class Opening {
  readonly #options: OpeningOptions;
  readonly #retry: HelloRetry;
  readonly #handshake: NoiseHandshake;
  readonly #message: Uint8Array;
  #cookie = new Uint8Array(COOKIE_BYTES);
  #hello: Uint8Array;

  constructor(options: OpeningOptions) {
    this.#options = options;
    const { nowMs, localId, self, versions, keys, ephemeral } = options;
    this.#retry = new HelloRetry(nowMs);
    this.#handshake = new NoiseHandshake({
      role: 'initiator',
      prologue: prologueOf(localId, versions),
      psk: keys.psk,
      ownStatic: keys.opener,
      remoteStatic: keys.accepter,
      ownEphemeral: ephemeral,
    });
    // The cluster's own static key is never one without a secret.
    this.#message = this.#handshake.writeMessage(writeNode(self))!;
    this.#hello = this.#written();
  }

  /** The datagram that asks for the link. */
  get hello(): Uint8Array {
    return this.#hello;
  }

  deadline(): Deadline | undefined {
    return this.#retry.deadline();
  }

  due(nowMs: number): ReturnType<HelloRetry['due']> {
    return this.#retry.due(nowMs);
  }

  /** Nothing for what no node of the cluster has written in answer to our hello, which changes nothing. */
  receive(datagram: GreetingDatagram): Answer | undefined {
    switch (datagram.type) {
      case 'cookie':
        return this.#takeCookie(datagram);
      case 'refuse':
        return this.#takeRefusal(datagram);
      case 'accept':
        return this.#takeAccept(datagram);
      case 'hello':
        return undefined;
    }
  }

  #takeCookie(datagram: GreetingDatagram): Answer | undefined {
    const { keys, ephemeral } = this.#options;
    const cookie = parseCookie(keys.greeting, ephemeral.bytes, datagram);
    if (cookie === undefined) return undefined;
    // One that comes again, with the answer to a hello that had gone out twice, asks for nothing.
    if (Buffer.compare(cookie, this.#cookie) === 0) return { kind: 'nothing' };
    this.#cookie = cookie.slice();
    this.#hello = this.#written();
    return { kind: 'hello again' };
  }

  #takeRefusal(datagram: GreetingDatagram): Answer | undefined {
    const { keys, ephemeral, versions } = this.#options;
    const refusal = parseRefusal(keys.greeting, ephemeral.bytes, datagram);
    return refusal && { kind: 'refused', reason: refusalInWords(refusal, versions) };
  }

  #takeAccept(datagram: GreetingDatagram): Answer | undefined {
    const { keys, ephemeral, versions } = this.#options;
    const message = parseAccept(keys.greeting, ephemeral.bytes, datagram);
    const payload = message && this.#handshake.readMessage(message);
    const accept = payload && parseAcceptPayload(payload);
    if (accept === undefined) return undefined;
    const { linkId, version, from } = accept;
    if (commonVersion(versions, { lowest: version, highest: version }) === undefined) return undefined;
    const remote = { linkId, version, node: from };
    return { kind: 'accepted', remote, sessionKeys: this.#handshake.split() };
  }

  #written(): Uint8Array {
    const { keys, localId, versions } = this.#options;
    return writeHello(keys.greeting, {
      linkId: localId,
      versions,
      cookie: this.#cookie,
      message: this.#message,
    });
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
