/** The client's side of the handshake, message by message; knows nothing of records, loss or time (RFC 5246 section 7.3). */
import { type KeyObject, timingSafeEqual, X509Certificate } from 'node:crypto';
import { type Refusal, refusal } from '../../transports/dtls/alerts.ts';
import { concat } from '../../transports/dtls/bytes.ts';
import { type DtlsCertificate, matchesFingerprint } from '../../transports/dtls/certificate.ts';
import { EXTENSION } from '../../transports/dtls/client-hello.ts';
import { parseCertificate } from '../../transports/dtls/client-messages.ts';
import {
  HANDSHAKE_TYPE,
  type HandshakeMessage,
  messageBytes,
} from '../../transports/dtls/handshake-message.ts';
import type { ExpectedMessage } from '../../transports/dtls/handshake-reassembly.ts';
import {
  extendedMasterSecret,
  type HelloRandoms,
  type SessionKeys,
  serverSrtpKeys,
  sessionKeys,
  sha256,
  verifyData,
} from '../../transports/dtls/key-schedule.ts';
import { GROUP_CODE, type Group, makeKeyShare } from '../../transports/dtls/key-share.ts';
import { SRTP_PROFILE_CODE } from '../../transports/dtls/negotiation.ts';
import type { Fingerprint } from '../../transports/dtls/port.ts';
import { isSignedBy } from '../../transports/dtls/signature-schemes.ts';
import type { Random } from '../../transports/random.ts';
import type { SrtpKeys, SrtpProfile } from '../../transports/srtp/port.ts';
import type { DtlsClientHandshake } from './dtls-client.ts';
import * as clientMessages from './dtls-client-messages.ts';
import { parseServerHello, parseServerKeyExchange } from './dtls-server-flight.ts';

/** What a server that asks for a certificate sends, by message_seq; each limit is several times what ours sends. */
export const SERVER_MESSAGES: readonly ExpectedMessage[] = [
  { type: HANDSHAKE_TYPE.serverHello, epoch: 0, maxBytes: 1024 },
  { type: HANDSHAKE_TYPE.certificate, epoch: 0, maxBytes: 8192 },
  { type: HANDSHAKE_TYPE.serverKeyExchange, epoch: 0, maxBytes: 2048 },
  { type: HANDSHAKE_TYPE.certificateRequest, epoch: 0, maxBytes: 2048 },
  { type: HANDSHAKE_TYPE.serverHelloDone, epoch: 0, maxBytes: 0 },
  { type: HANDSHAKE_TYPE.finished, epoch: 1, maxBytes: 64 },
];

export interface ClientHandshakeOptions {
  readonly certificate: DtlsCertificate;
  /** Those in the server's SDP: its certificate has to match one. */
  readonly remoteFingerprints: readonly Fingerprint[];
  readonly random: Random;
}

export type ClientHandshakeStep =
  | { readonly kind: 'wait' }
  /** Our flight in answer to the server's: `clear` in epoch 0, then ChangeCipherSpec, then `finished` under `keys`. */
  | {
      readonly kind: 'answer';
      readonly clear: readonly HandshakeMessage[];
      readonly keys: SessionKeys;
      readonly finished: HandshakeMessage;
    }
  /** The server has proved all. */
  | { readonly kind: 'done'; readonly srtpKeys: SrtpKeys }
  | Refusal;

const CLIENT_RANDOM_BYTES = 32;
const WAIT: ClientHandshakeStep = { kind: 'wait' };

export class ClientHandshake implements DtlsClientHandshake {
  readonly #options: ClientHandshakeOptions;
  readonly #clientRandom: Uint8Array;
  /** Bodies by type, from the server's first flight. */
  readonly #received = new Map<number, Uint8Array>();
  #transcript: Uint8Array[] = [];
  #nextMessageSeq = 0;
  #agreed: { readonly master: Uint8Array; readonly srtpKeys: SrtpKeys } | undefined;

  constructor(options: ClientHandshakeOptions) {
    this.#options = options;
    this.#clientRandom = options.random.bytes(CLIENT_RANDOM_BYTES);
  }

  hello(): HandshakeMessage {
    return this.#say(HANDSHAKE_TYPE.clientHello, clientMessages.clientHello(this.#clientRandom));
  }

  /** Takes the server's next message, in the order of SERVER_MESSAGES; keeps its body. */
  take(message: HandshakeMessage): ClientHandshakeStep {
    if (message.type === HANDSHAKE_TYPE.finished) return this.#takeFinished(message);
    this.#received.set(message.type, message.body);
    this.#transcript.push(messageBytes(message));
    return message.type === HANDSHAKE_TYPE.serverHelloDone ? this.#answer() : WAIT;
  }

  #answer(): ClientHandshakeStep {
    const hello = parseServerHello(this.#body(HANDSHAKE_TYPE.serverHello));
    if (hello === undefined)
      return refusal('illegal_parameter', "the server's hello is none that was offered");
    const profile = profileOf(hello.srtpProfile);
    if (profile === undefined) return refusal('handshake_failure', 'the server chose no SRTP profile');
    if (!hello.extensions.includes(EXTENSION.extendedMasterSecret))
      return refusal('handshake_failure', 'the server does not know the extended master secret');
    const randoms = { client: this.#clientRandom, server: hello.random };
    const key = this.#serverKey();
    if ('reason' in key) return key;
    const premaster = this.#agree(key, randoms);
    if ('reason' in premaster) return premaster;
    const { certificate } = this.#options;
    const shown = this.#say(
      HANDSHAKE_TYPE.certificate,
      clientMessages.certificate(certificate.certificateDer),
    );
    const exchange = this.#say(
      HANDSHAKE_TYPE.clientKeyExchange,
      clientMessages.clientKeyExchange(premaster.point),
    );
    const master = extendedMasterSecret(premaster.secret, this.#transcriptHash());
    const proof = this.#say(
      HANDSHAKE_TYPE.certificateVerify,
      clientMessages.certificateVerify(certificate.privateKey, concat(...this.#transcript)),
    );
    const finished = this.#say(HANDSHAKE_TYPE.finished, verifyData(master, 'client', this.#transcriptHash()));
    this.#agreed = { master, srtpKeys: mirroredKeys(serverSrtpKeys(master, randoms, profile)) };
    return {
      kind: 'answer',
      clear: [shown, exchange, proof],
      keys: sessionKeys(master, randoms),
      finished,
    };
  }

  /** The key of the certificate that the server's SDP promised; nothing else in it matters. */
  #serverKey(): KeyObject | Refusal {
    const [certificateDer] = parseCertificate(this.#body(HANDSHAKE_TYPE.certificate)) ?? [];
    if (certificateDer === undefined) return refusal('bad_certificate', 'the server showed no certificate');
    if (!matchesFingerprint(certificateDer, this.#options.remoteFingerprints))
      return refusal('bad_certificate', "the server's certificate does not match the fingerprint in its SDP");
    return new X509Certificate(certificateDer).publicKey;
  }

  /** Our half of the key exchange, and the secret that both halves make. */
  #agree(
    key: KeyObject,
    randoms: HelloRandoms,
  ): { readonly point: Uint8Array; readonly secret: Uint8Array } | Refusal {
    const exchange = parseServerKeyExchange(this.#body(HANDSHAKE_TYPE.serverKeyExchange));
    const group = exchange && groupOf(exchange.group);
    if (exchange === undefined || group === undefined)
      return refusal('illegal_parameter', "the server's key exchange is none that was offered");
    const signed = concat(randoms.client, randoms.server, exchange.parameters);
    if (!isSignedBy(key, exchange.scheme, signed, exchange.signature))
      return refusal('decrypt_error', 'the server did not prove to own its certificate');
    const share = makeKeyShare(group);
    const secret = share.agree(exchange.point);
    if (secret === undefined) return refusal('illegal_parameter', "the server's point is not on the curve");
    return { point: share.point, secret };
  }

  #takeFinished(message: HandshakeMessage): ClientHandshakeStep {
    const agreed = this.#agreed;
    if (agreed === undefined) return WAIT;
    const expected = verifyData(agreed.master, 'server', this.#transcriptHash());
    if (message.body.length !== expected.length || !timingSafeEqual(message.body, expected))
      return refusal('decrypt_error', 'the server saw another handshake than this one');
    this.release();
    return { kind: 'done', srtpKeys: agreed.srtpKeys };
  }

  release(): void {
    this.#agreed?.master.fill(0);
    this.#agreed = undefined;
    this.#transcript = [];
    this.#received.clear();
  }

  #body(type: number): Uint8Array {
    return this.#received.get(type)!;
  }

  #say(type: number, body: Uint8Array): HandshakeMessage {
    const message = { type, messageSeq: this.#nextMessageSeq, body };
    this.#nextMessageSeq += 1;
    this.#transcript.push(messageBytes(message));
    return message;
  }

  #transcriptHash(): Uint8Array {
    return sha256(concat(...this.#transcript));
  }
}

/** The keys of the other side, by this side's names. */
export function mirroredKeys(server: SrtpKeys): SrtpKeys {
  return {
    profile: server.profile,
    localKey: server.remoteKey,
    localSalt: server.remoteSalt,
    remoteKey: server.localKey,
    remoteSalt: server.localSalt,
  };
}

function profileOf(code: number | undefined): SrtpProfile | undefined {
  const profiles = Object.keys(SRTP_PROFILE_CODE) as SrtpProfile[];
  return profiles.find(profile => SRTP_PROFILE_CODE[profile] === code);
}

function groupOf(code: number): Group | undefined {
  return (Object.keys(GROUP_CODE) as Group[]).find(group => GROUP_CODE[group] === code);
}
