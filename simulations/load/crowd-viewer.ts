/**
 * One viewer of a crowd: what has to be said before media flows, which is signalling and the DTLS handshake. Checks, SRTP,
 * reports and counting are native (native-load.ts).
 */
import type { Deadline } from '../../transports/clock.ts';
import type { Fingerprint } from '../../transports/dtls/port.ts';
import { makeIceCredentials } from '../../transports/ice/credentials.ts';
import type { Random } from '../../transports/random.ts';
import type { MediaKind } from '../../transports/rtp/codec.ts';
import type { SrtpKeys } from '../../transports/srtp/port.ts';
import { viewerAnswer } from '../client-sdp.ts';
import type { DtlsClient } from './dtls-client.ts';
import type { NativeCrowd } from './native-load.ts';
import { readServerOffer, type ServerOffer } from './server-sdp.ts';

export interface CrowdViewerOptions {
  /** Of its own certificate, which may be shared by many. */
  readonly fingerprint: Fingerprint;
  /** Makes its end of DTLS, towards a server with that fingerprint. */
  makeDtls(remote: Fingerprint): DtlsClient;
  readonly random: Random;
  /** What it takes of the offer. */
  readonly kinds: readonly MediaKind[];
  /** Whether it decrypts and measures. */
  readonly isSample: boolean;
}

/** What has come since counting began. */
export interface Counted {
  /** Without those that came twice. */
  readonly packets: number;
  readonly bytes: number;
  /** By the gaps in the sequence numbers; what is overtaken counts until it comes. */
  readonly lost: number;
  readonly repeated: number;
}

const NOTHING: Counted = { packets: 0, bytes: 0, lost: 0, repeated: 0 };

export class CrowdViewer {
  readonly #options: CrowdViewerOptions;
  readonly #crowd: NativeCrowd;
  /** Its number in the crowd. */
  readonly number: number;
  readonly #ice;
  #offer: ServerOffer | undefined;
  #dtls: DtlsClient | undefined;
  #connectedAtMs: number | undefined;
  #ended: string | undefined;

  constructor(crowd: NativeCrowd, options: CrowdViewerOptions) {
    this.#crowd = crowd;
    this.#options = options;
    this.#ice = makeIceCredentials(options.random);
    this.number = crowd.add(options.isSample);
  }

  /** When the DTLS handshake was complete, ms. */
  get connectedAtMs(): number | undefined {
    return this.#connectedAtMs;
  }

  /** Since when there is media of each kind that it takes, ms. */
  get mediaAtMs(): number | undefined {
    const atMs = this.#crowd.counts(this.number)?.[4] ?? -1;
    return atMs < 0 ? undefined : atMs;
  }

  /** Why it is over; undefined while it is not. */
  get endReason(): string | undefined {
    return this.#ended;
  }

  get counted(): Counted {
    const counts = this.#crowd.counts(this.number);
    if (counts === undefined) return NOTHING;
    const [packets, bytes, lost, repeated] = counts;
    return { packets, bytes, lost, repeated };
  }

  /** Of a sample: how long what was sent in the crowd's span was on its way to the socket, ms. */
  get delaysMs(): Float64Array {
    return Float64Array.from(this.#crowd.delays(this.number));
  }

  /** The answer to the server's offer. Throws an Error that says what the offer lacks. */
  accept(sdp: string): string {
    const { fingerprint, kinds } = this.#options;
    this.#offer = readServerOffer(sdp);
    return viewerAnswer(this.#ice, sdp, fingerprint, kinds);
  }

  /** The server has the answer: checks begin. */
  connect(): void {
    // Of this kind none asks for plain RTP.
    if (this.#offer?.fingerprint === undefined || this.#ended !== undefined) return;
    const { ice, candidate, fingerprint, videoSsrc, audioSsrc } = this.#offer;
    const { kinds, makeDtls } = this.#options;
    this.#dtls = makeDtls(fingerprint);
    const isConnecting = this.#crowd.connect(
      this.number,
      candidate.address,
      candidate.port,
      `${ice.ufrag}:${this.#ice.ufrag}`,
      ice.pwd,
      kinds.includes('video') ? videoSsrc : 0,
      kinds.includes('audio') ? audioSsrc : 0,
    );
    if (!isConnecting) this.#end(`no way to ${candidate.address}`);
  }

  /** The server has answered a check. */
  checked(nowMs: number): void {
    this.#dtls?.start(nowMs);
    this.#settle(nowMs);
  }

  receiveDtls(nowMs: number, bytes: Uint8Array): void {
    if (this.#ended !== undefined) return;
    this.#dtls?.receive(nowMs, bytes);
    this.#settle(nowMs);
  }

  /** Of the handshake; once that is done there is none. */
  deadline(): Deadline | undefined {
    return this.#ended === undefined ? this.#dtls?.deadline() : undefined;
  }

  advance(nowMs: number): void {
    this.#dtls?.advance(nowMs);
    this.#settle(nowMs);
  }

  /** Says goodbye (DTLS close_notify), and is over. */
  leave(nowMs: number): void {
    if (this.#ended !== undefined) return;
    this.#dtls?.close(nowMs);
    this.#settle(nowMs);
    this.#end('left');
  }

  #settle(nowMs: number): void {
    for (let output = this.#dtls?.poll(); output !== undefined; output = this.#dtls?.poll()) {
      switch (output.kind) {
        case 'send':
          this.#crowd.sendDtls(this.number, output.bytes);
          break;
        case 'connected':
          this.#secure(output.keys);
          this.#connectedAtMs = nowMs;
          break;
        case 'closed':
          this.#end('the server closed the connection (DTLS close_notify)');
          break;
        case 'failed':
          this.#end(output.reason);
          break;
        default:
          output satisfies never;
      }
    }
  }

  #secure({ profile, localKey, localSalt, remoteKey, remoteSalt }: SrtpKeys): void {
    const isGcm = profile === 'AEAD_AES_128_GCM';
    this.#crowd.secure(this.number, isGcm, localKey, localSalt, remoteKey, remoteSalt);
  }

  #end(reason: string): void {
    if (this.#ended !== undefined) return;
    this.#ended = reason;
    this.#crowd.remove(this.number);
  }
}
