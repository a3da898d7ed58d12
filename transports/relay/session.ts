/** What both ends of a link have once the greeting is over: who the peer is, the keys, and by which path it is reached. */
import type { SessionKeys } from '../noise/handshake.ts';
import { type Path, samePath } from '../udp/path.ts';
import type { SealedDatagram } from './datagram.ts';
import {
  type LinkMessage,
  type LinkMessageKind,
  numberOf,
  numberPayload,
  parseLinkMessage,
  writeLinkMessage,
} from './link-message.ts';
import type { LinkCounters } from './link-output.ts';
import type { Remote } from './opening.ts';
import { PathChange } from './path-change.ts';
import { SealedChannel } from './sealed-channel.ts';
import type { MakeSeal } from './sealing.ts';

export interface SessionOptions {
  readonly remote: Remote;
  readonly sessionKeys: SessionKeys;
  readonly path: Path;
  readonly counters: LinkCounters;
  /** Takes a datagram that is to go out. */
  readonly send: (bytes: Uint8Array, path: Path) => void;
  readonly makeSeal?: MakeSeal;
}

export class Session {
  readonly remote: Remote;
  readonly #channel: SealedChannel;
  readonly #counters: LinkCounters;
  readonly #pathChange = new PathChange();
  readonly #sendBy: (bytes: Uint8Array, path: Path) => void;
  #path: Path;

  constructor({ remote, sessionKeys, path, counters, send, makeSeal }: SessionOptions) {
    this.remote = remote;
    this.#channel = new SealedChannel(sessionKeys, {
      remoteId: remote.linkId,
      ...(makeSeal && { makeSeal }),
    });
    this.#counters = counters;
    this.#path = path;
    this.#sendBy = send;
  }

  /** Where the peer is. */
  get path(): Path {
    return this.#path;
  }

  send(kind: LinkMessageKind, payload?: Uint8Array, path: Path = this.#path): void {
    this.#sendBy(this.#channel.seal(writeLinkMessage(kind, payload)), path);
  }

  /** What the peer has sealed, but for what is the session's own affair; nothing for all else, which is counted. */
  receive(nowMs: number, datagram: SealedDatagram, path: Path): LinkMessage | undefined {
    const opened = this.#channel.open(datagram);
    if (opened === 'replayed') this.#counters.datagramsReplayed += 1;
    else if (opened === 'not authentic') this.#counters.datagramsForged += 1;
    if (typeof opened === 'string') return undefined;
    if (opened.isNewest) this.#followPath(nowMs, path);
    const message = parseLinkMessage(opened.payload);
    if (message === undefined) this.#counters.datagramsRefused += 1;
    if (message?.kind === 'response') this.#takeResponse(message.payload, path);
    else if (message?.kind === 'challenge') this.#answerChallenge(message.payload, path);
    return message;
  }

  /** Asks by another path only what is no longer than what came by it. */
  #followPath(nowMs: number, path: Path): void {
    if (samePath(path, this.#path)) return this.#pathChange.stayed();
    const number = this.#pathChange.heardFrom(nowMs, path);
    if (number !== undefined) this.send('challenge', numberPayload(number), path);
  }

  #answerChallenge(payload: Uint8Array, path: Path): void {
    if (numberOf(payload) === undefined) this.#counters.datagramsRefused += 1;
    else this.send('response', payload, path);
  }

  #takeResponse(payload: Uint8Array, path: Path): void {
    if (!this.#pathChange.isProvenBy(numberOf(payload), path)) return;
    this.#path = path;
    this.#counters.pathChanges += 1;
  }
}
