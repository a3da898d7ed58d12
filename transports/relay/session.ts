/** What both ends of a link have once the greeting is over: who the peer is, the keys, and by which path it is reached. */
import type { AddMultiples } from '../fec/port.ts';
import type { Recovered } from '../fec/window-decoder.ts';
import type { SessionKeys } from '../noise/handshake.ts';
import { type Path, samePath } from '../udp/path.ts';
import type { SealedDatagram } from './datagram.ts';
import {
  type LinkMessage,
  type LinkMessageKind,
  LinkMessageWriter,
  numberOf,
  numberPayload,
  parseLinkMessage,
  probedPayload,
} from './link-message.ts';
import type { LinkCounters } from './link-output.ts';
import type { Remote } from './opening.ts';
import { PathChange } from './path-change.ts';
import { Protection } from './protection.ts';
import { SealedChannel } from './sealed-channel.ts';
import type { MakeSeal } from './sealing.ts';

export interface SessionOptions {
  readonly remote: Remote;
  readonly sessionKeys: SessionKeys;
  readonly path: Path;
  readonly counters: LinkCounters;
  /** Takes a datagram that is to go out. */
  readonly send: (bytes: Uint8Array, path: Path, dontFragment?: boolean) => void;
  readonly makeSeal?: MakeSeal;
  readonly addMultiples?: AddMultiples;
}

export class Session {
  readonly remote: Remote;
  readonly #channel: SealedChannel;
  readonly #writer = new LinkMessageWriter();
  readonly #counters: LinkCounters;
  readonly #pathChange = new PathChange();
  readonly #protection: Protection;
  readonly #sendBy: SessionOptions['send'];
  #path: Path;

  constructor({ remote, sessionKeys, path, counters, send, makeSeal, addMultiples }: SessionOptions) {
    this.remote = remote;
    this.#protection = new Protection(addMultiples);
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

  /** The share of our datagrams that is lost, 0 to 1. */
  get loss(): number {
    return this.#protection.loss;
  }

  send(kind: LinkMessageKind, payload?: Uint8Array, path: Path = this.#path): void {
    this.#sendBy(this.#channel.seal(this.#writer.write(kind, payload)), path);
  }

  /** Sends data, which is kept, and what parity is due with it, if there may be any. */
  sendData(nowMs: number, payload: Uint8Array, mayProtect: boolean): void {
    const { nextNumber } = this.#channel;
    this.send('data', payload);
    const due = this.#protection.sent(nowMs, nextNumber, payload);
    if (!mayProtect) return;
    for (let count = due; count > 0; count -= 1) {
      const parity = this.#protection.parity(this.#channel.nextNumber);
      if (parity === undefined) return;
      this.send('parity', parity);
      this.#counters.paritySent += 1;
    }
  }

  /**
   * What the peer has sealed, and what that helps to find, but for what is the session's own affair; nothing for all else,
   * which is counted. Payloads are borrowed until the next call.
   */
  receive(nowMs: number, datagram: SealedDatagram, path: Path): readonly LinkMessage[] {
    const opened = this.#channel.open(datagram);
    if (opened === 'replayed') this.#counters.datagramsReplayed += 1;
    else if (opened === 'not authentic') this.#counters.datagramsForged += 1;
    if (typeof opened === 'string') return [];
    const { number, payload, isNewest } = opened;
    this.#protection.arrived(number);
    if (isNewest) this.#followPath(nowMs, path);
    const message = parseLinkMessage(payload);
    if (message === undefined) this.#counters.datagramsRefused += 1;
    return message === undefined ? [] : this.#take(nowMs, number, message, path);
  }

  /** The path carries less than it did: nothing of what went out is covered by parity. */
  forgetLong(): void {
    this.#protection.forget();
  }

  sendProbe(payload: Uint8Array): void {
    this.#protection.probeSent();
    this.#sendBy(this.#channel.seal(this.#writer.write('probe', payload)), this.#path, true);
  }

  /** Tells the peer what is lost, if it is time to. */
  report(nowMs: number): void {
    const report = this.#protection.report(nowMs);
    if (report !== undefined) this.send('report', report);
  }

  #take(nowMs: number, number: number, message: LinkMessage, path: Path): readonly LinkMessage[] {
    const { kind, payload } = message;
    switch (kind) {
      case 'data':
        return this.#withFound(message, this.#protection.receiveData(number, payload));
      case 'parity': {
        const recovered = this.#protection.receiveParity(number, payload);
        if (recovered === undefined) this.#counters.datagramsRefused += 1;
        else this.#counters.parityReceived += 1;
        return this.#withFound(message, recovered ?? []);
      }
      case 'report':
        if (!this.#protection.receiveReport(nowMs, payload)) this.#counters.datagramsRefused += 1;
        break;
      case 'response':
        this.#takeResponse(payload, path);
        break;
      case 'challenge':
        this.#answerChallenge(payload, path);
        break;
      case 'probe':
        this.#answerProbe(payload);
        break;
      case 'probed':
        this.#protection.probeArrived();
        break;
      default:
        break;
    }
    return [message];
  }

  /** What was found is as if it had come; that which has, late, is not taken twice. */
  #withFound(message: LinkMessage, recovered: readonly Recovered[]): readonly LinkMessage[] {
    if (recovered.length === 0) return [message];
    const taken = recovered.filter(({ number }) => this.#channel.take(number));
    this.#counters.datagramsRecovered += taken.length;
    return [message, ...taken.map(({ payload }) => ({ kind: 'data', payload }) as const)];
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

  /** By the link's own path: no longer than what asks. */
  #answerProbe(probe: Uint8Array): void {
    const payload = probedPayload(probe);
    if (payload === undefined) this.#counters.datagramsRefused += 1;
    else this.send('probed', payload);
  }

  #takeResponse(payload: Uint8Array, path: Path): void {
    if (!this.#pathChange.isProvenBy(numberOf(payload), path)) return;
    this.#path = path;
    this.#counters.pathChanges += 1;
  }
}
