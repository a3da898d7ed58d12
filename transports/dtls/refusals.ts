/** Why a client is refused that says what it should, but proves wrong or shows what is not taken. */
import { refusal } from './alerts.ts';

export const NO_CERTIFICATE = refusal('handshake_failure', 'the client sent no certificate');
export const UNPROMISED_CERTIFICATE = refusal(
  'bad_certificate',
  "the client's certificate does not match the fingerprint in its SDP",
);
export const UNREADABLE_CERTIFICATE = refusal('bad_certificate', "the client's certificate cannot be read");
export const UNSUPPORTED_KEY = refusal(
  'unsupported_certificate',
  "the client's key is neither ECDSA on P-256 or P-384 nor RSA with 2048 to 8192 bits",
);
export const WRONG_POINT = refusal(
  'illegal_parameter',
  "the client's point of the key exchange is not on the curve",
);
export const WRONG_SIGNATURE = refusal(
  'decrypt_error',
  'the client did not prove to own its certificate (wrong signature in CertificateVerify)',
);
export const WRONG_VERIFY_DATA = refusal(
  'decrypt_error',
  'the client saw another handshake than this one (wrong verify_data in Finished)',
);

export function malformed(name: string) {
  return refusal('decode_error', `the client's ${name} is malformed`);
}
