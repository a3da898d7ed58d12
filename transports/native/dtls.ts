/**
 * DTLS with the public-key work done by the addon: OpenSSL computes the handshake, message by message. Records, flights, loss
 * and time are those of transports/dtls, so that both engines behave alike, and OpenSSL never sees what is not a
 * whole message in its place. Once connected nothing of it is kept.
 */
import { alertName, refusal } from '../dtls/alerts.ts';
import { concat } from '../dtls/bytes.ts';
import type { DtlsCertificate } from '../dtls/certificate.ts';
import { parseClientHello } from '../dtls/client-hello.ts';
import { parseCertificate, parseCertificateVerify, parseClientKeyExchange } from '../dtls/client-messages.ts';
import {
  HANDSHAKE_TYPE,
  type HandshakeMessage,
  messageBytes,
  parseFragments,
} from '../dtls/handshake-message.ts';
import type { Handshake, HandshakeStep } from '../dtls/handshake-step.ts';
import { type SessionKeys, splitServerSrtpKeys, splitSessionKeys } from '../dtls/key-schedule.ts';
import { GROUP_CODE, type Group, isPointOf } from '../dtls/key-share.ts';
import { negotiate } from '../dtls/negotiation.ts';
import { promisedCertificate } from '../dtls/peer-certificate.ts';
import type { Fingerprint } from '../dtls/port.ts';
import { CONTENT_TYPE } from '../dtls/record.ts';
import { RecordLayer } from '../dtls/record-layer.ts';
import {
  malformed,
  UNREADABLE_CERTIFICATE,
  UNSUPPORTED_KEY,
  WRONG_POINT,
  WRONG_SIGNATURE,
  WRONG_VERIFY_DATA,
} from '../dtls/refusals.ts';
import { DtlsServer } from '../dtls/server.ts';
import type { SrtpKeys } from '../srtp/port.ts';
import type { NativeAddon, NativeDtlsContext, NativeDtlsHandshake } from './addon.ts';

/** Makes servers that all show the same certificate. */
export function makeNativeDtlsFactory(
  addon: NativeAddon,
  certificate: DtlsCertificate,
): (remoteFingerprints: readonly Fingerprint[]) => DtlsServer {
  const context = makeDtlsContext(addon, true, certificate);
  return remoteFingerprints => new DtlsServer(new NativeHandshake(addon, context, remoteFingerprints));
}

export function makeDtlsContext(
  addon: NativeAddon,
  isServer: boolean,
  { certificateDer, privateKey }: DtlsCertificate,
): NativeDtlsContext {
  const key = privateKey.export({ type: 'pkcs8', format: 'der' });
  return new addon.NativeDtlsContext(isServer, certificateDer, key);
}

const WAIT: HandshakeStep = { kind: 'wait' };
const CHANGE_CIPHER_SPEC = Uint8Array.of(1);
/** What the exporter makes for AEAD_AES_128_GCM: two keys of 16 bytes, two salts of 12; the other profile's are longer. */
const GCM_SRTP_KEYS_BYTES = 56;

const NO_P256 = refusal(
  'handshake_failure',
  "the client does not offer the group P-256, which our certificate's key is on",
);

/** The client's messages, by message_seq. */
const AWAITED = ['ClientHello', 'Certificate', 'ClientKeyExchange', 'CertificateVerify', 'Finished'] as const;

/** What is malformed, not offered or not promised is refused before OpenSSL sees it, with the reasons of ServerHandshake. */
export class NativeHandshake implements Handshake {
  readonly #addon: NativeAddon;
  readonly #context: NativeDtlsContext;
  readonly #remoteFingerprints: readonly Fingerprint[];
  #taken = 0;
  /** Of the key exchange: what is taken of the client's hello, X25519 first, as OpenSSL does. */
  #group: Group = 'secp256r1';
  /** From the client's hello to the end. */
  #openssl: OpensslSide | undefined;

  constructor(addon: NativeAddon, context: NativeDtlsContext, remoteFingerprints: readonly Fingerprint[]) {
    this.#addon = addon;
    this.#context = context;
    this.#remoteFingerprints = remoteFingerprints;
  }

  get awaiting(): string {
    return AWAITED[this.#taken] ?? 'nothing';
  }

  take(message: HandshakeMessage): HandshakeStep {
    const awaited = AWAITED[this.#taken];
    if (awaited === undefined) return WAIT;
    const step = this.#step(awaited, message);
    this.#taken += 1;
    if (step.kind === 'refusal' || step.kind === 'done') this.release();
    return step;
  }

  release(): void {
    this.#taken = AWAITED.length;
    this.#openssl?.release();
    this.#openssl = undefined;
  }

  #step(awaited: (typeof AWAITED)[number], message: HandshakeMessage): HandshakeStep {
    if (awaited === 'ClientHello') return this.#takeHello(message);
    const openssl = this.#openssl;
    if (openssl === undefined) return WAIT;
    switch (awaited) {
      case 'Certificate':
        return this.#takeCertificate(openssl, message);
      case 'ClientKeyExchange':
        return takeKeyExchange(openssl, this.#group, message);
      case 'CertificateVerify':
        if (parseCertificateVerify(message.body) === undefined) return malformed('CertificateVerify');
        return typeof openssl.take(message) === 'number' ? WRONG_SIGNATURE : WAIT;
      case 'Finished':
        return takeFinished(openssl, message);
      default:
        return awaited satisfies never;
    }
  }

  #takeHello(message: HandshakeMessage): HandshakeStep {
    const hello = parseClientHello(message.body);
    if (hello === undefined) return malformed('ClientHello');
    const terms = negotiate(hello);
    if (terms.kind === 'refusal') return terms;
    // RFC 8422 section 5.1.1: a client's groups are also those of the certificates that it takes, and OpenSSL holds to that.
    if (!hello.groups?.includes(GROUP_CODE.secp256r1)) return NO_P256;
    this.#group = terms.group;
    this.#openssl = new OpensslSide(new this.#addon.NativeDtlsHandshake(this.#context));
    const messages = this.#openssl.take(message);
    if (typeof messages !== 'number') return { kind: 'answer', messages };
    return refusal('handshake_failure', `OpenSSL refuses the client's hello: ${alertName(messages)}`);
  }

  #takeCertificate(openssl: OpensslSide, message: HandshakeMessage): HandshakeStep {
    const chain = parseCertificate(message.body);
    if (chain === undefined) return malformed('Certificate');
    const promised = promisedCertificate(chain, this.#remoteFingerprints);
    if ('kind' in promised) return promised;
    openssl.admit(promised);
    const answer = openssl.take(message);
    if (typeof answer !== 'number') return WAIT;
    return alertName(answer) === 'unsupported_certificate' ? UNSUPPORTED_KEY : UNREADABLE_CERTIFICATE;
  }
}

function takeKeyExchange(openssl: OpensslSide, group: Group, message: HandshakeMessage): HandshakeStep {
  const point = parseClientKeyExchange(message.body);
  if (point === undefined) return malformed('ClientKeyExchange');
  // OpenSSL would take other forms of a point as well.
  const isTaken = isPointOf(group, point) && typeof openssl.take(message) !== 'number';
  const keys = isTaken ? openssl.recordKeys() : undefined;
  if (keys === undefined) return WRONG_POINT;
  openssl.peerSealsWith(keys.client, keys.server);
  return { kind: 'keys', keys };
}

function takeFinished(openssl: OpensslSide, message: HandshakeMessage): HandshakeStep {
  const answer = openssl.take(message);
  const finished = typeof answer === 'number' ? undefined : answer.at(-1);
  const srtpKeys = openssl.serverSrtpKeys();
  if (finished?.type !== HANDSHAKE_TYPE.finished || srtpKeys === undefined) return WRONG_VERIFY_DATA;
  return { kind: 'done', finished, srtpKeys };
}

/** OpenSSL's handshake, of either side, in terms of messages. */
export class OpensslSide {
  readonly #handshake: NativeDtlsHandshake;
  /** Of the peer, as OpenSSL sees it: nothing is lost, late or twice. */
  readonly #peer = new RecordLayer();

  constructor(handshake: NativeDtlsHandshake) {
    this.#handshake = handshake;
  }

  /** The messages that are said first, or in answer; or the number of the alert with which it is over. */
  take(message?: HandshakeMessage): readonly HandshakeMessage[] | number {
    const said = this.#handshake.take(message === undefined ? new Uint8Array(0) : this.#recordsOf(message));
    if (typeof said === 'number') return said;
    const fragments = parseFragments(said) ?? [];
    return fragments.map(({ type, messageSeq, bytes }) => ({ type, messageSeq, body: bytes }));
  }

  admit(certificateDer: Uint8Array): void {
    this.#handshake.admit(certificateDer);
  }

  recordKeys(): SessionKeys | undefined {
    const keys = this.#handshake.recordKeys();
    return keys && splitSessionKeys(keys);
  }

  /** From now on the peer's Finished may come; its keys are the record layer's own above, which forgets them. */
  peerSealsWith(sealing: SessionKeys['client'], opening: SessionKeys['client']): void {
    this.#peer.install({ sealing, opening });
  }

  /** As the server has them. */
  serverSrtpKeys(): SrtpKeys | undefined {
    const exported = this.#handshake.srtpKeys();
    if (exported === undefined) return undefined;
    const isGcm = exported.length === GCM_SRTP_KEYS_BYTES;
    return splitServerSrtpKeys(exported, isGcm ? 'AEAD_AES_128_GCM' : 'AES_CM_128_HMAC_SHA1_80');
  }

  release(): void {
    this.#handshake.release();
  }

  #recordsOf(message: HandshakeMessage): Uint8Array {
    const bytes = messageBytes(message);
    if (message.type !== HANDSHAKE_TYPE.finished) return this.#peer.seal(0, CONTENT_TYPE.handshake, bytes);
    return concat(
      this.#peer.seal(0, CONTENT_TYPE.changeCipherSpec, CHANGE_CIPHER_SPEC),
      this.#peer.seal(1, CONTENT_TYPE.handshake, bytes),
    );
  }
}
