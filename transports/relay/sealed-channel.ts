/**
 * What makes a link's datagrams unreadable and unforgeable: each has a number of its own, which never comes again, and is
 * sealed under a key that follows from the number. Every KEY_LIFE_DATAGRAMS the key gives way to the next, at both ends
 * without a word, and is forgotten.
 */
import { nextKey } from '../noise/aes-gcm.ts';
import type { SessionKeys } from '../noise/handshake.ts';
import { ReplayWindow } from '../replay-window.ts';
import { SEALED_HEADER_BYTES, type SealedDatagram, writeSealedHeader } from './datagram.ts';
import { type MakeSeal, type Seal, sealWithNode, TAG_BYTES } from './sealing.ts';

/**
 * An eighth of what one key of AES-GCM may seal without loss of secrecy (2^23 full datagrams, RFC 9001 section 6.6), and
 * far more than can overtake each other.
 */
export const KEY_LIFE_DATAGRAMS = 2 ** 20;

/** At 10,000 datagrams a second 0.4 s of reordering; half a kilobyte. */
export const REPLAY_WINDOW_DATAGRAMS = 4_096;

/** How much longer a sealed datagram is than what it holds. */
export const SEALED_OVERHEAD_BYTES = SEALED_HEADER_BYTES + TAG_BYTES;

export interface SealedChannelOptions {
  /** The link as the peer knows it. */
  readonly remoteId: number;
  readonly makeSeal?: MakeSeal;
  /** In place of KEY_LIFE_DATAGRAMS; both ends must agree. */
  readonly keyLifeDatagrams?: number;
}

/** Why a datagram was not opened. */
export type NotOpened = 'replayed' | 'not authentic';

export interface Opened {
  readonly number: number;
  readonly payload: Uint8Array;
  /** Whether no later one had come. */
  readonly isNewest: boolean;
}

/** A key, the keys that follow it, and which of them one stands at. */
class KeyChain {
  readonly #makeSeal: MakeSeal;
  /** Of the numbers that the key is for, divided by the life of a key. */
  #phase: number;
  #key: Uint8Array;
  #seal: Seal;

  constructor(key: Uint8Array, makeSeal: MakeSeal, phase = 0) {
    this.#key = key;
    this.#makeSeal = makeSeal;
    this.#phase = phase;
    this.#seal = makeSeal(key);
  }

  get phase(): number {
    return this.#phase;
  }

  get seal(): Seal {
    return this.#seal;
  }

  next(): KeyChain {
    return new KeyChain(nextKey(this.#key), this.#makeSeal, this.#phase + 1);
  }
}

export class SealedChannel {
  readonly #remoteId: number;
  readonly #keyLife: number;
  /** That of the datagram that is being sealed. */
  readonly #header = new Uint8Array(SEALED_HEADER_BYTES);
  readonly #window = new ReplayWindow(REPLAY_WINDOW_DATAGRAMS);
  #sending: KeyChain;
  /** The next number is a whole one below 2^53: a link that sent a million a second would get there in 285 years. */
  #nextNumber = 0;
  #receiving: KeyChain;
  /** For what was overtaken by the first under the present key. */
  #former: KeyChain | undefined;
  /** Made with the first datagram that claims to be sealed under it, and kept: forgeries cost no more than others. */
  #coming: KeyChain | undefined;

  constructor(keys: SessionKeys, options: SealedChannelOptions) {
    const { remoteId, makeSeal = sealWithNode, keyLifeDatagrams = KEY_LIFE_DATAGRAMS } = options;
    this.#remoteId = remoteId;
    this.#keyLife = keyLifeDatagrams;
    this.#sending = new KeyChain(keys.send, makeSeal);
    this.#receiving = new KeyChain(keys.receive, makeSeal);
  }

  /** The number of the next datagram that is sealed. */
  get nextNumber(): number {
    return this.#nextNumber;
  }

  /** The highest number that has come, -1 before the first. */
  get highestNumber(): number {
    return this.#window.highest;
  }

  /** The datagram that holds `payload`, which is borrowed. */
  seal(payload: Uint8Array): Uint8Array {
    const number = this.#nextNumber;
    this.#nextNumber += 1;
    if (this.#phaseOf(number) > this.#sending.phase) this.#sending = this.#sending.next();
    const header = writeSealedHeader(this.#header, this.#remoteId, number);
    return this.#sending.seal.seal(number, header, payload);
  }

  open({ number, bytes }: SealedDatagram): Opened | NotOpened {
    // First what costs nothing.
    if (!this.#window.admits(number)) return 'replayed';
    const chain = this.#chainOf(this.#phaseOf(number));
    const payload = chain?.seal.open(number, bytes, SEALED_HEADER_BYTES);
    if (chain === undefined || payload === undefined) return 'not authentic';
    const isNewest = number > this.#window.highest;
    this.#window.commit(number);
    if (isNewest) this.#moveTo(chain, number);
    return { number, payload, isNewest };
  }

  /** The datagram of that number is known without its having come; false when it has, or is too old to tell. */
  take(number: number): boolean {
    const isNew = number <= this.#window.highest && this.#window.admits(number);
    if (isNew) this.#window.commit(number);
    return isNew;
  }

  #chainOf(phase: number): KeyChain | undefined {
    const current = this.#receiving.phase;
    if (phase === current) return this.#receiving;
    if (phase === current - 1) return this.#former;
    if (phase !== current + 1) return undefined;
    this.#coming ??= this.#receiving.next();
    return this.#coming;
  }

  #moveTo(chain: KeyChain, number: number): void {
    if (chain === this.#coming) {
      this.#former = this.#receiving;
      this.#receiving = chain;
      this.#coming = undefined;
    }
    // Past the window nothing of the former key is taken any more.
    if (number % this.#keyLife >= REPLAY_WINDOW_DATAGRAMS) this.#former = undefined;
  }

  #phaseOf(number: number): number {
    return Math.floor(number / this.#keyLife);
  }
}
