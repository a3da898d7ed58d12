/** A DTLS client that can be made to misbehave; each of its records travels in a datagram of its own. */
import { constants, createPublicKey, sign, verify, X509Certificate } from 'node:crypto';
import { mirroredKeys } from '../../../../simulations/load/dtls-client-handshake.ts';
import { parseServerHello, parseServerKeyExchange } from '../../../../simulations/load/dtls-server-flight.ts';
import type { Deadline } from '../../../../transports/clock.ts';
import { type Alert, parseAlert } from '../../../../transports/dtls/alerts.ts';
import { ByteReader, concat, uint, vector } from '../../../../transports/dtls/bytes.ts';
import { EXTENSION } from '../../../../transports/dtls/client-hello.ts';
import {
  fragmentBytes,
  HANDSHAKE_TYPE,
  type HandshakeMessage,
  messageBytes,
  parseFragments,
} from '../../../../transports/dtls/handshake-message.ts';
import { HandshakeReassembly } from '../../../../transports/dtls/handshake-reassembly.ts';
import {
  extendedMasterSecret,
  masterSecret,
  serverSrtpKeys,
  sessionKeys,
  sha256,
  verifyData,
} from '../../../../transports/dtls/key-schedule.ts';
import { makeKeyShare } from '../../../../transports/dtls/key-share.ts';
import { CONTENT_TYPE, type DtlsRecord, parseRecords } from '../../../../transports/dtls/record.ts';
import { type Epoch, RecordLayer } from '../../../../transports/dtls/record-layer.ts';
import { SIGNATURE_SCHEME } from '../../../../transports/dtls/signature-schemes.ts';
import type { SrtpKeys } from '../../../../transports/srtp/port.ts';
import { BROWSER_OFFER, CM, type HelloOffer, helloBody, P256 } from './hello.ts';
import type { Identity } from './identities.ts';

type Tamper = (bytes: Uint8Array) => Uint8Array;
const asIs: Tamper = bytes => bytes;

export interface TestClientOptions {
  readonly identity: Identity;
  readonly offer?: Partial<HelloOffer>;
  /** The longest piece of a message that goes into a record. */
  readonly pieceBytes?: number;
  /** The certificates to show, if not the identity's own. */
  readonly chain?: readonly Uint8Array[];
  /** The scheme that CertificateVerify claims, if not the identity's own. */
  readonly scheme?: number;
  readonly tamperHello?: Tamper;
  readonly tamperPoint?: Tamper;
  readonly tamperSignature?: Tamper;
  readonly tamperFinished?: Tamper;
}

const LENGTH_MAX = 4096;
const SERVER_MESSAGES = [
  { type: HANDSHAKE_TYPE.serverHello, epoch: 0, maxBytes: LENGTH_MAX },
  { type: HANDSHAKE_TYPE.certificate, epoch: 0, maxBytes: LENGTH_MAX },
  { type: HANDSHAKE_TYPE.serverKeyExchange, epoch: 0, maxBytes: LENGTH_MAX },
  { type: HANDSHAKE_TYPE.certificateRequest, epoch: 0, maxBytes: LENGTH_MAX },
  { type: HANDSHAKE_TYPE.serverHelloDone, epoch: 0, maxBytes: LENGTH_MAX },
  { type: HANDSHAKE_TYPE.finished, epoch: 1, maxBytes: LENGTH_MAX },
];
const FIRST_WAIT_MS = 250;
const WAIT_MAX_MS = 1000;
const RANDOM = new Uint8Array(32).fill(0xc1);

type Sendable = readonly [Epoch, number, Uint8Array];

export class TestClient {
  readonly alerts: Alert['name'][] = [];
  /** What the server chose, once its hello has come. */
  chosen: { group?: number; profile?: number; extensions: readonly number[] } = { extensions: [] };
  /** As this side sees them, once its Finished has gone out. */
  keys: SrtpKeys | undefined;
  isConnected = false;
  /** What was wrong with what the server sent; the client is silent from then on. */
  failure: string | undefined;
  readonly layer = new RecordLayer();
  readonly #options: TestClientOptions;
  readonly #reassembly = new HandshakeReassembly(SERVER_MESSAGES);
  readonly #early: DtlsRecord[] = [];
  readonly #outputs: Uint8Array[] = [];
  readonly #seen = new Map<number, Uint8Array>();
  #transcript: Uint8Array[] = [];
  #master: Uint8Array = new Uint8Array(0);
  #nextSeq = 0;
  #flight: Sendable[] = [];
  #dueAtMs: number | undefined;
  #waitMs = FIRST_WAIT_MS;

  constructor(options: TestClientOptions) {
    this.#options = options;
  }

  start(nowMs: number): void {
    const body = helloBody({ ...BROWSER_OFFER, ...this.#options.offer }, RANDOM);
    const hello = this.#say(HANDSHAKE_TYPE.clientHello, body);
    const sent = { ...hello, body: (this.#options.tamperHello ?? asIs)(hello.body) };
    this.#sendFlight(nowMs, this.#pieces(0, sent));
  }

  receive(nowMs: number, datagram: Uint8Array): void {
    if (this.failure !== undefined) return;
    try {
      for (const record of parseRecords(datagram).records) {
        if (record.epoch === 1 && !this.layer.hasKeys) this.#early.push(record);
        else this.#receiveRecord(nowMs, record);
      }
    } catch (error) {
      this.failure = String(error);
      this.#dueAtMs = undefined;
    }
  }

  deadline(): Deadline | undefined {
    return this.#dueAtMs === undefined ? undefined : { atMs: this.#dueAtMs, reason: 'client flight' };
  }

  advance(nowMs: number): void {
    if (this.#dueAtMs === undefined || nowMs < this.#dueAtMs) return;
    this.#waitMs = Math.min(2 * this.#waitMs, WAIT_MAX_MS);
    this.#resend(nowMs);
  }

  poll(): Uint8Array | undefined {
    return this.#outputs.shift();
  }

  /** A record of the client's own making, in order with its others. */
  inject(epoch: Epoch, contentType: number, bytes: Uint8Array): void {
    this.#outputs.push(this.layer.seal(epoch, contentType, bytes));
  }

  #receiveRecord(nowMs: number, record: DtlsRecord): void {
    const plaintext = this.layer.open(record);
    if (plaintext === undefined) return;
    if (record.contentType === CONTENT_TYPE.alert) {
      const alert = parseAlert(plaintext);
      if (alert) this.alerts.push(alert.name);
      if (alert?.isFatal || alert?.name === 'close_notify') this.#dueAtMs = undefined;
    }
    if (record.contentType !== CONTENT_TYPE.handshake) return;
    for (const fragment of parseFragments(plaintext) ?? []) {
      const fate = this.#reassembly.add(record.epoch, fragment);
      // The server asks for the flight that answers its own.
      if (fate === 'past' && fragment.type === HANDSHAKE_TYPE.serverHelloDone && !this.isConnected)
        this.#resend(nowMs);
      for (let message = this.#reassembly.take(); message; message = this.#reassembly.take())
        this.#take(nowMs, message);
    }
  }

  #take(nowMs: number, message: HandshakeMessage): void {
    const { type, body } = message;
    this.#seen.set(type, body);
    if (type === HANDSHAKE_TYPE.finished) {
      const expected = verifyData(this.#master, 'server', this.#hash());
      if (Buffer.compare(expected, body) !== 0) throw new Error("the server's Finished is wrong");
      this.isConnected = true;
      this.#dueAtMs = undefined;
      return;
    }
    this.#transcript.push(messageBytes(message));
    if (type === HANDSHAKE_TYPE.serverHelloDone) this.#answer(nowMs);
  }

  #answer(nowMs: number): void {
    const {
      identity,
      chain,
      tamperPoint = asIs,
      tamperSignature = asIs,
      tamperFinished = asIs,
    } = this.#options;
    const hello = parseServerHello(this.#seen.get(HANDSHAKE_TYPE.serverHello)!);
    if (hello === undefined) throw new Error('a ServerHello that is malformed, or not what was offered');
    const randoms = { client: RANDOM, server: hello.random };
    const { group, point } = this.#readKeyExchange(concat(randoms.client, randoms.server));
    const share = makeKeyShare(group === P256 ? 'secp256r1' : 'x25519');
    this.chosen = {
      group,
      ...(hello.srtpProfile && { profile: hello.srtpProfile }),
      extensions: hello.extensions,
    };

    const certificates = (chain ?? [identity.certificateDer]).map(der => vector(3, der));
    const certificate = this.#say(HANDSHAKE_TYPE.certificate, vector(3, ...certificates));
    const exchange = this.#say(HANDSHAKE_TYPE.clientKeyExchange, vector(1, tamperPoint(share.point)));
    const premaster = share.agree(point)!;
    this.#master = hello.extensions.includes(EXTENSION.extendedMasterSecret)
      ? extendedMasterSecret(premaster, this.#hash())
      : masterSecret(premaster, randoms);
    const scheme = this.#options.scheme ?? identity.scheme;
    const signature = tamperSignature(signWith(identity, scheme, concat(...this.#transcript)));
    const proof = this.#say(HANDSHAKE_TYPE.certificateVerify, concat(uint(scheme, 2), vector(2, signature)));
    const finished = this.#say(
      HANDSHAKE_TYPE.finished,
      tamperFinished(verifyData(this.#master, 'client', this.#hash())),
    );

    const keys = sessionKeys(this.#master, randoms);
    this.layer.install({ sealing: keys.client, opening: keys.server });
    const theirs = serverSrtpKeys(
      this.#master,
      randoms,
      hello.srtpProfile === CM ? 'AES_CM_128_HMAC_SHA1_80' : 'AEAD_AES_128_GCM',
    );
    this.keys = mirroredKeys(theirs);
    this.#sendFlight(nowMs, [
      ...[certificate, exchange, proof].flatMap(message => this.#pieces(0, message)),
      [0, CONTENT_TYPE.changeCipherSpec, Uint8Array.of(1)],
      ...this.#pieces(1, finished),
    ]);
    for (const record of this.#early.splice(0)) this.#receiveRecord(nowMs, record);
  }

  /** Checks what the server signed, by the key of the certificate it showed. */
  #readKeyExchange(randoms: Uint8Array): { group: number; point: Uint8Array } {
    const exchange = parseServerKeyExchange(this.#seen.get(HANDSHAKE_TYPE.serverKeyExchange)!);
    if (exchange === undefined) throw new Error('a malformed ServerKeyExchange');
    const { group, point, parameters, scheme, signature } = exchange;
    if (scheme !== SIGNATURE_SCHEME.ecdsa_secp256r1_sha256) throw new Error('another scheme');
    const signed = concat(randoms, parameters);
    const der = new ByteReader(this.#seen.get(HANDSHAKE_TYPE.certificate)!.subarray(3)).vector(3);
    const key = createPublicKey(new X509Certificate(der).publicKey.export({ type: 'spki', format: 'pem' }));
    if (!verify('sha256', signed, key, signature)) throw new Error('a forged ServerKeyExchange');
    return { group, point };
  }

  #say(type: number, body: Uint8Array): HandshakeMessage {
    const message = { type, messageSeq: this.#nextSeq, body };
    this.#nextSeq += 1;
    this.#transcript.push(messageBytes(message));
    return message;
  }

  #hash(): Uint8Array {
    // The server's Finished is checked against a transcript that includes the client's.
    return sha256(concat(...this.#transcript));
  }

  #pieces(epoch: Epoch, message: HandshakeMessage): Sendable[] {
    const { pieceBytes = 1000 } = this.#options;
    const pieces: Sendable[] = [];
    for (let offset = 0; offset < message.body.length; offset += pieceBytes) {
      const byteCount = Math.min(pieceBytes, message.body.length - offset);
      pieces.push([epoch, CONTENT_TYPE.handshake, fragmentBytes(message, offset, byteCount)]);
    }
    return pieces;
  }

  #sendFlight(nowMs: number, flight: Sendable[]): void {
    this.#flight = flight;
    this.#waitMs = FIRST_WAIT_MS;
    this.#resend(nowMs);
  }

  #resend(nowMs: number): void {
    for (const sendable of this.#flight) this.inject(...sendable);
    this.#dueAtMs = nowMs + this.#waitMs;
  }
}

function signWith(identity: Identity, scheme: number, bytes: Uint8Array): Uint8Array {
  const hash = (scheme & 0xff00) === 0x0800 ? PSS_HASHES[scheme - 0x0804]! : PKCS_HASHES[scheme >> 8]!;
  const key = identity.privateKey;
  if ((scheme & 0xff00) !== 0x0800) return sign(hash, bytes, key);
  const padding = constants.RSA_PKCS1_PSS_PADDING;
  return sign(hash, bytes, { key, padding, saltLength: constants.RSA_PSS_SALTLEN_DIGEST });
}

const PSS_HASHES = ['sha256', 'sha384', 'sha512'];
const PKCS_HASHES: Record<number, string> = { 2: 'sha1', 4: 'sha256', 5: 'sha384', 6: 'sha512' };
