/** The client's side of a DTLS handshake by the addon, for load generators. */
import { alertName, type Refusal, refusal } from '../../transports/dtls/alerts.ts';
import { matchesFingerprint } from '../../transports/dtls/certificate.ts';
import { parseCertificate } from '../../transports/dtls/client-messages.ts';
import { HANDSHAKE_TYPE, type HandshakeMessage } from '../../transports/dtls/handshake-message.ts';
import type { Fingerprint } from '../../transports/dtls/port.ts';
import type { NativeAddon, NativeDtlsContext } from '../../transports/native/addon.ts';
import { OpensslSide } from '../../transports/native/dtls.ts';
import type { DtlsClientHandshake } from './dtls-client.ts';
import { type ClientHandshakeStep, mirroredKeys } from './dtls-client-handshake.ts';

const WAIT: ClientHandshakeStep = { kind: 'wait' };

export class NativeClientHandshake implements DtlsClientHandshake {
  readonly #addon: NativeAddon;
  readonly #context: NativeDtlsContext;
  /** From the hello to the end. */
  #openssl: OpensslSide | undefined;
  readonly #remoteFingerprints: readonly Fingerprint[];

  /** `context` is a client's; the server's certificate has to match one of the fingerprints. */
  constructor(addon: NativeAddon, context: NativeDtlsContext, remoteFingerprints: readonly Fingerprint[]) {
    this.#addon = addon;
    this.#context = context;
    this.#remoteFingerprints = remoteFingerprints;
  }

  hello(): HandshakeMessage {
    this.#openssl = new OpensslSide(new this.#addon.NativeDtlsHandshake(this.#context));
    const said = this.#openssl.take();
    const [hello] = typeof said === 'number' ? [] : said;
    if (hello === undefined) throw new Error('OpenSSL has no hello to say');
    return hello;
  }

  take(message: HandshakeMessage): ClientHandshakeStep {
    if (this.#openssl === undefined) return WAIT;
    const step = this.#step(this.#openssl, message);
    if (step.kind === 'refusal' || step.kind === 'done') this.release();
    return step;
  }

  release(): void {
    this.#openssl?.release();
    this.#openssl = undefined;
  }

  #step(openssl: OpensslSide, message: HandshakeMessage): ClientHandshakeStep {
    if (message.type === HANDSHAKE_TYPE.certificate) {
      const [certificateDer] = parseCertificate(message.body) ?? [];
      if (certificateDer === undefined) return refusal('bad_certificate', 'the server showed no certificate');
      if (!matchesFingerprint(certificateDer, this.#remoteFingerprints))
        return refusal(
          'bad_certificate',
          "the server's certificate does not match the fingerprint in its SDP",
        );
      openssl.admit(certificateDer);
    }
    const said = openssl.take(message);
    if (typeof said === 'number') return refused(said);
    if (message.type === HANDSHAKE_TYPE.finished) return done(openssl);
    return message.type === HANDSHAKE_TYPE.serverHelloDone ? answer(openssl, said) : WAIT;
  }
}

function answer(openssl: OpensslSide, said: readonly HandshakeMessage[]): ClientHandshakeStep {
  const keys = openssl.recordKeys();
  const finished = said.at(-1);
  if (keys === undefined || finished?.type !== HANDSHAKE_TYPE.finished)
    return refusal('internal_error', 'OpenSSL has no answer to the server');
  openssl.peerSealsWith(keys.server, keys.client);
  return { kind: 'answer', clear: said.slice(0, -1), keys, finished };
}

function done(openssl: OpensslSide): ClientHandshakeStep {
  const srtpKeys = openssl.serverSrtpKeys();
  if (srtpKeys === undefined) return refusal('handshake_failure', 'the server chose no SRTP profile');
  return { kind: 'done', srtpKeys: mirroredKeys(srtpKeys) };
}

function refused(alert: number): Refusal {
  return refusal('handshake_failure', `OpenSSL refuses the server's message: ${alertName(alert)}`);
}
