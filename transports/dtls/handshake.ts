/** The server's side of the handshake, message by message; knows nothing of records, loss or time (RFC 5246 section 7.3). */
import { type KeyObject, timingSafeEqual } from 'node:crypto';
import type { Random } from '../random.ts';
import { concat } from './bytes.ts';
import type { DtlsCertificate } from './certificate.ts';
import { parseClientHello } from './client-hello.ts';
import { parseCertificate, parseCertificateVerify, parseClientKeyExchange } from './client-messages.ts';
import { HANDSHAKE_TYPE, type HandshakeMessage, messageBytes } from './handshake-message.ts';
import type { ExpectedMessage } from './handshake-reassembly.ts';
import type { Handshake, HandshakeStep } from './handshake-step.ts';
import {
  extendedMasterSecret,
  type HelloRandoms,
  masterSecret,
  serverSrtpKeys,
  sessionKeys,
  sha256,
  verifyData,
} from './key-schedule.ts';
import { type KeyShare, makeKeyShare } from './key-share.ts';
import { negotiate, type Terms } from './negotiation.ts';
import { promisedKey } from './peer-certificate.ts';
import type { Fingerprint } from './port.ts';
import { malformed, WRONG_POINT, WRONG_SIGNATURE, WRONG_VERIFY_DATA } from './refusals.ts';
import * as serverMessages from './server-messages.ts';
import { isSignedBy } from './signature-schemes.ts';

/**
 * What a client sends, by message_seq. A certificate is always asked for, and a client without one is refused, so that
 * none of these can be left out. The limits are several times what browsers send: a hello with a post-quantum key share
 * has 1.8 kB, a certificate up to 1.5 kB, and a signature of RSA_MAX_BITS 1 kB.
 */
export const CLIENT_MESSAGES: readonly ExpectedMessage[] = [
  { type: HANDSHAKE_TYPE.clientHello, epoch: 0, maxBytes: 8192 },
  { type: HANDSHAKE_TYPE.certificate, epoch: 0, maxBytes: 8192 },
  { type: HANDSHAKE_TYPE.clientKeyExchange, epoch: 0, maxBytes: 256 },
  { type: HANDSHAKE_TYPE.certificateVerify, epoch: 0, maxBytes: 2048 },
  { type: HANDSHAKE_TYPE.finished, epoch: 1, maxBytes: 64 },
];

export interface HandshakeOptions {
  readonly certificate: DtlsCertificate;
  readonly remoteFingerprints: readonly Fingerprint[];
  readonly random: Random;
}

interface Agreed {
  readonly terms: Terms;
  readonly randoms: HelloRandoms;
}

/** The message that is awaited, and what will be needed once it is there. */
type Phase =
  | { readonly awaiting: 'ClientHello' }
  | { readonly awaiting: 'Certificate'; readonly agreed: Agreed; readonly share: KeyShare }
  | {
      readonly awaiting: 'ClientKeyExchange';
      readonly agreed: Agreed;
      readonly share: KeyShare;
      readonly clientKey: KeyObject;
    }
  | {
      readonly awaiting: 'CertificateVerify';
      readonly agreed: Agreed;
      readonly clientKey: KeyObject;
      readonly master: Uint8Array;
    }
  | { readonly awaiting: 'Finished'; readonly agreed: Agreed; readonly master: Uint8Array }
  | { readonly awaiting: 'nothing' };

const SERVER_RANDOM_BYTES = 32;
const WAIT: HandshakeStep = { kind: 'wait' };

export class ServerHandshake implements Handshake {
  readonly #options: HandshakeOptions;
  #phase: Phase = { awaiting: 'ClientHello' };
  /** Every message of both sides so far: what signatures, keys and verify_data are bound to. */
  #transcript: Uint8Array[] = [];
  #nextMessageSeq = 0;

  constructor(options: HandshakeOptions) {
    this.#options = options;
  }

  get awaiting(): Phase['awaiting'] {
    return this.#phase.awaiting;
  }

  /** Takes the client's next message, in the order of CLIENT_MESSAGES; keeps its body. */
  take(message: HandshakeMessage): HandshakeStep {
    const step = this.#step(message);
    if (step.kind === 'refusal' || step.kind === 'done') this.release();
    return step;
  }

  /** Forgets all secrets. */
  release(): void {
    if ('master' in this.#phase) this.#phase.master.fill(0);
    this.#phase = { awaiting: 'nothing' };
    this.#transcript = [];
  }

  #step(message: HandshakeMessage): HandshakeStep {
    const phase = this.#phase;
    switch (phase.awaiting) {
      case 'ClientHello':
        return this.#takeHello(message);
      case 'Certificate':
        return this.#takeCertificate(phase, message);
      case 'ClientKeyExchange':
        return this.#takeKeyExchange(phase, message);
      case 'CertificateVerify':
        return this.#takeCertificateVerify(phase, message);
      case 'Finished':
        return this.#takeFinished(phase, message);
      case 'nothing':
        return WAIT;
    }
  }

  #takeHello(message: HandshakeMessage): HandshakeStep {
    const hello = parseClientHello(message.body);
    if (hello === undefined) return malformed('ClientHello');
    const terms = negotiate(hello);
    if (terms.kind === 'refusal') return terms;

    const { certificate, random } = this.#options;
    const randoms = { client: hello.random, server: random.bytes(SERVER_RANDOM_BYTES) };
    const share = makeKeyShare(terms.group);
    this.#record(message);
    this.#phase = { awaiting: 'Certificate', agreed: { terms, randoms }, share };
    return {
      kind: 'answer',
      messages: [
        this.#say(HANDSHAKE_TYPE.serverHello, serverMessages.serverHello(terms, randoms.server)),
        this.#say(HANDSHAKE_TYPE.certificate, serverMessages.certificate(certificate.certificateDer)),
        this.#say(
          HANDSHAKE_TYPE.serverKeyExchange,
          serverMessages.serverKeyExchange(share, randoms, certificate.privateKey),
        ),
        this.#say(HANDSHAKE_TYPE.certificateRequest, serverMessages.certificateRequest()),
        this.#say(HANDSHAKE_TYPE.serverHelloDone, serverMessages.serverHelloDone()),
      ],
    };
  }

  #takeCertificate(phase: Phase & { awaiting: 'Certificate' }, message: HandshakeMessage): HandshakeStep {
    const chain = parseCertificate(message.body);
    if (chain === undefined) return malformed('Certificate');
    const promised = promisedKey(chain, this.#options.remoteFingerprints);
    if (promised.kind === 'refusal') return promised;
    this.#record(message);
    this.#phase = { ...phase, awaiting: 'ClientKeyExchange', clientKey: promised.key };
    return WAIT;
  }

  #takeKeyExchange(
    { agreed, share, clientKey }: Phase & { awaiting: 'ClientKeyExchange' },
    message: HandshakeMessage,
  ): HandshakeStep {
    const point = parseClientKeyExchange(message.body);
    if (point === undefined) return malformed('ClientKeyExchange');
    const premaster = share.agree(point);
    if (premaster === undefined) return WRONG_POINT;
    this.#record(message);
    const master = agreed.terms.extendedMasterSecret
      ? extendedMasterSecret(premaster, this.#transcriptHash())
      : masterSecret(premaster, agreed.randoms);
    premaster.fill(0);
    this.#phase = { awaiting: 'CertificateVerify', agreed, clientKey, master };
    return { kind: 'keys', keys: sessionKeys(master, agreed.randoms) };
  }

  /** Without this a certificate seen anywhere could be shown by anybody (RFC 5246 section 7.4.8). */
  #takeCertificateVerify(
    { agreed, clientKey, master }: Phase & { awaiting: 'CertificateVerify' },
    message: HandshakeMessage,
  ): HandshakeStep {
    const proof = parseCertificateVerify(message.body);
    if (proof === undefined) return malformed('CertificateVerify');
    if (!isSignedBy(clientKey, proof.scheme, concat(...this.#transcript), proof.signature))
      return WRONG_SIGNATURE;
    this.#record(message);
    this.#phase = { awaiting: 'Finished', agreed, master };
    return WAIT;
  }

  /** Without this somebody between the two could have changed what either offered (RFC 5246 section 7.4.9). */
  #takeFinished(
    { agreed, master }: Phase & { awaiting: 'Finished' },
    message: HandshakeMessage,
  ): HandshakeStep {
    const expected = verifyData(master, 'client', this.#transcriptHash());
    if (message.body.length !== expected.length || !timingSafeEqual(message.body, expected))
      return WRONG_VERIFY_DATA;
    this.#record(message);
    const ours = verifyData(master, 'server', this.#transcriptHash());
    return {
      kind: 'done',
      finished: this.#say(HANDSHAKE_TYPE.finished, ours),
      srtpKeys: serverSrtpKeys(master, agreed.randoms, agreed.terms.srtpProfile),
    };
  }

  #say(type: number, body: Uint8Array): HandshakeMessage {
    const message = { type, messageSeq: this.#nextMessageSeq, body };
    this.#nextMessageSeq += 1;
    this.#record(message);
    return message;
  }

  #record(message: HandshakeMessage): void {
    this.#transcript.push(messageBytes(message));
  }

  #transcriptHash(): Uint8Array {
    return sha256(concat(...this.#transcript));
  }
}
