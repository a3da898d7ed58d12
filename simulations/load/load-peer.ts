/**
 * One end of a peer connection as a server meets it: a full ICE agent that checks and nominates, a DTLS client, SRTP keys; or
 * ICE alone, where media is plain RTP. What goes over it is its owner's: a load viewer's, or a publisher's. A core without clock or socket.
 */
import { type Deadline, earlier } from '../../transports/clock.ts';
import type { DtlsCertificate } from '../../transports/dtls/certificate.ts';
import type { Fingerprint } from '../../transports/dtls/port.ts';
import { makeIceCredentials } from '../../transports/ice/credentials.ts';
import type { Random } from '../../transports/random.ts';
import type { IceCredentials } from '../../transports/sdp/port.ts';
import { PlainTransform } from '../../transports/srtp/plain.ts';
import type { SrtpTransform } from '../../transports/srtp/port.ts';
import { createSrtpTransform } from '../../transports/srtp/transform.ts';
import { parseStun } from '../../transports/stun/message.ts';
import type { Path } from '../../transports/udp/path.ts';
import {
  answerToCheck,
  CHECK_INTERVAL_MS,
  connectivityCheck,
  FIRST_CHECK_INTERVAL_MS,
} from '../connectivity-check.ts';
import { DtlsClient } from './dtls-client.ts';
import { ClientHandshake } from './dtls-client-handshake.ts';

export interface LoadPeerOptions {
  /** May be shared by many: only its fingerprint has to be the one in their SDP. */
  readonly certificate: DtlsCertificate;
  readonly random: Random;
  /** Media is not encrypted: there is no DTLS. */
  readonly isPlain?: boolean;
}

/** The server, as its SDP describes it. */
export interface RemotePeer {
  readonly ice: IceCredentials;
  /** None where media is not encrypted. */
  readonly fingerprint?: Fingerprint;
}

interface Connection {
  readonly remote: RemotePeer;
  readonly dtls: DtlsClient | undefined;
}

export class LoadPeer {
  readonly #options: LoadPeerOptions;
  readonly ice: IceCredentials;
  readonly #outputs: Uint8Array[] = [];
  #connection: Connection | undefined;
  #srtp: SrtpTransform | undefined;
  #checkAtMs: number | undefined;
  #isChecked = false;
  #connectedAtMs: number | undefined;
  #ended: string | undefined;

  constructor(options: LoadPeerOptions) {
    this.#options = options;
    this.ice = makeIceCredentials(options.random);
  }

  /** When the DTLS handshake was complete, or without one the server had answered a check, ms. */
  get connectedAtMs(): number | undefined {
    return this.#connectedAtMs;
  }

  /** Why it is over; undefined while it is not. */
  get endReason(): string | undefined {
    return this.#ended;
  }

  /** There once connected. */
  get srtp(): SrtpTransform | undefined {
    return this.#srtp;
  }

  /** The server has our description: connectivity checks begin. */
  connect(nowMs: number, remote: RemotePeer): void {
    const { certificate, random, isPlain } = this.#options;
    const remoteFingerprints = remote.fingerprint === undefined ? [] : [remote.fingerprint];
    const dtls = isPlain
      ? undefined
      : new DtlsClient(new ClientHandshake({ certificate, random, remoteFingerprints }));
    this.#connection = { remote, dtls };
    this.#check(nowMs, remote);
  }

  receiveStun(nowMs: number, bytes: Uint8Array, path: Path): void {
    if (this.#connection === undefined || this.#ended !== undefined) return;
    const { remote, dtls } = this.#connection;
    const message = parseStun(bytes);
    if (message?.class === 'request') {
      const answer = answerToCheck({ local: this.ice, remote: remote.ice }, message, bytes, path);
      if (answer !== undefined) this.#outputs.push(answer);
    }
    if (message?.class !== 'success' || this.#isChecked) return;
    this.#isChecked = true;
    this.#checkAtMs = nowMs + CHECK_INTERVAL_MS;
    if (dtls === undefined) return this.#connected(nowMs, new PlainTransform());
    dtls.start(nowMs);
    this.#settle(nowMs, dtls);
  }

  receiveDtls(nowMs: number, bytes: Uint8Array): void {
    const dtls = this.#connection?.dtls;
    if (dtls === undefined || this.#ended !== undefined) return;
    dtls.receive(nowMs, bytes);
    this.#settle(nowMs, dtls);
  }

  /** A datagram of the owner's: sealed media or RTCP. */
  send(bytes: Uint8Array): void {
    this.#outputs.push(bytes);
  }

  /** Says goodbye (DTLS close_notify), if there is a way to say it, and is over. */
  leave(nowMs: number): void {
    if (this.#ended !== undefined) return;
    const dtls = this.#connection?.dtls;
    dtls?.close(nowMs);
    if (dtls !== undefined) this.#settle(nowMs, dtls);
    this.#ended ??= 'left';
  }

  deadline(): Deadline | undefined {
    if (this.#connection === undefined || this.#ended !== undefined) return undefined;
    const check =
      this.#checkAtMs === undefined ? undefined : { atMs: this.#checkAtMs, reason: 'connectivity check' };
    return earlier(check, this.#connection.dtls?.deadline());
  }

  advance(nowMs: number): void {
    if (this.#connection === undefined || this.#ended !== undefined) return;
    const { remote, dtls } = this.#connection;
    if (this.#checkAtMs !== undefined && nowMs >= this.#checkAtMs) this.#check(nowMs, remote);
    if (dtls === undefined) return;
    dtls.advance(nowMs);
    this.#settle(nowMs, dtls);
  }

  /** The next datagram for the server. */
  poll(): Uint8Array | undefined {
    return this.#outputs.shift();
  }

  #check(nowMs: number, remote: RemotePeer): void {
    const pair = { local: this.ice, remote: remote.ice };
    this.#outputs.push(connectivityCheck(this.#options.random, pair, true));
    this.#checkAtMs = nowMs + (this.#isChecked ? CHECK_INTERVAL_MS : FIRST_CHECK_INTERVAL_MS);
  }

  #connected(nowMs: number, srtp: SrtpTransform): void {
    this.#srtp = srtp;
    this.#connectedAtMs = nowMs;
  }

  #settle(nowMs: number, dtls: DtlsClient): void {
    for (let output = dtls.poll(); output !== undefined; output = dtls.poll()) {
      switch (output.kind) {
        case 'send':
          this.#outputs.push(output.bytes);
          break;
        case 'connected':
          this.#connected(nowMs, createSrtpTransform(output.keys));
          break;
        case 'closed':
          this.#ended ??= 'the server closed the connection (DTLS close_notify)';
          break;
        case 'failed':
          this.#ended ??= output.reason;
          break;
        default:
          output satisfies never;
      }
    }
  }
}
