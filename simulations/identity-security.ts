/**
 * DTLS and SRTP by identity, for simulations: one exchange in place of the handshake, and media as it is. The shapes and
 * states are the real ones, so that the cores above cannot tell.
 */
import type { DtlsEndpoint, DtlsFactory, DtlsOutput, Fingerprint } from '../transports/dtls/port.ts';
import type { SrtpKeys, SrtpTransform } from '../transports/srtp/port.ts';

/** First bytes in the range that RFC 7983 gives to DTLS. */
const HANDSHAKE_BYTE = 22;
const ALERT_BYTE = 21;
const HELLO = 1;
const FINISHED = 2;

export const identityHello = Uint8Array.of(HANDSHAKE_BYTE, HELLO);
export const identityClose = Uint8Array.of(ALERT_BYTE, 0);
export const identityFingerprint: Fingerprint = {
  algorithm: 'sha-256',
  value: Array.from({ length: 32 }, () => '00').join(':'),
};

const NOTHING = new Uint8Array(0);
const keys: SrtpKeys = {
  profile: 'AEAD_AES_128_GCM',
  localKey: NOTHING,
  localSalt: NOTHING,
  remoteKey: NOTHING,
  remoteSalt: NOTHING,
};

/** Whether a datagram is the server's answer to `identityHello`. */
export function isIdentityFinished(bytes: Uint8Array): boolean {
  return bytes[0] === HANDSHAKE_BYTE && bytes[1] === FINISHED;
}

class IdentityDtls implements DtlsEndpoint {
  #connected = false;
  readonly #outputs: DtlsOutput[] = [];

  receive(_nowMs: number, datagram: Uint8Array): void {
    if (datagram[0] === ALERT_BYTE) {
      this.#outputs.push({ kind: 'closed' });
      return;
    }
    this.#outputs.push({ kind: 'send', bytes: Uint8Array.of(HANDSHAKE_BYTE, FINISHED) });
    if (!this.#connected) this.#outputs.push({ kind: 'connected', keys });
    this.#connected = true;
  }

  close(): void {
    this.#outputs.push({ kind: 'send', bytes: identityClose });
  }

  advance(): void {}

  deadline(): undefined {
    return undefined;
  }

  poll(): DtlsOutput | undefined {
    return this.#outputs.shift();
  }
}

export const makeIdentityDtls: DtlsFactory = () => new IdentityDtls();

export const makeIdentitySrtp = (): SrtpTransform => ({
  openRtp: packet => packet.slice(),
  openRtcp: packet => packet.slice(),
  sealRtp: packet => packet,
  sealRtcp: packet => packet,
});
