/** The bodies of the server's messages (RFC 5246 sections 7.4.1.3 to 7.4.5, RFC 8422 section 5.4). */
import { type KeyObject, sign } from 'node:crypto';
import { concat, uint, uints, vector } from './bytes.ts';
import { EXTENSION } from './client-hello.ts';
import type { HelloRandoms } from './key-schedule.ts';
import { GROUP_CODE, type KeyShare } from './key-share.ts';
import { CIPHER_SUITE, SRTP_PROFILE_CODE, type Terms } from './negotiation.ts';
import { DTLS_1_2 } from './record.ts';
import { CLIENT_SCHEMES, SIGNATURE_SCHEME } from './signature-schemes.ts';

const EMPTY = new Uint8Array(0);
const NULL_COMPRESSION = 0;
const UNCOMPRESSED_POINTS = 0;
/** ECCurveType named_curve. */
const NAMED_CURVE = 3;
/** ClientCertificateType ecdsa_sign and rsa_sign. */
const CERTIFICATE_TYPES = [64, 1];

export function serverHello(terms: Terms, serverRandom: Uint8Array): Uint8Array {
  const extensions = [
    extension(EXTENSION.useSrtp, vector(2, uint(SRTP_PROFILE_CODE[terms.srtpProfile], 2)), vector(1)),
    terms.extendedMasterSecret ? extension(EXTENSION.extendedMasterSecret) : EMPTY,
    terms.secureRenegotiation ? extension(EXTENSION.renegotiationInfo, vector(1)) : EMPTY,
    terms.pointFormats ? extension(EXTENSION.ecPointFormats, vector(1, uint(UNCOMPRESSED_POINTS, 1))) : EMPTY,
  ];
  return concat(
    uint(DTLS_1_2, 2),
    serverRandom,
    vector(1), // No session identifier: there will be nothing to resume.
    uint(CIPHER_SUITE, 2),
    uint(NULL_COMPRESSION, 1),
    vector(2, ...extensions),
  );
}

export function certificate(certificateDer: Uint8Array): Uint8Array {
  return vector(3, vector(3, certificateDer));
}

/** Our point of the key exchange, signed together with both randoms so that it belongs to this handshake only. */
export function serverKeyExchange(
  share: KeyShare,
  randoms: HelloRandoms,
  certificateKey: KeyObject,
): Uint8Array {
  const parameters = concat(uint(NAMED_CURVE, 1), uint(GROUP_CODE[share.group], 2), vector(1, share.point));
  const signature = sign('sha256', concat(randoms.client, randoms.server, parameters), certificateKey);
  return concat(parameters, uint(SIGNATURE_SCHEME.ecdsa_secp256r1_sha256, 2), vector(2, signature));
}

/** Names no authorities: it is the fingerprint in the client's SDP that says whom to trust. */
export function certificateRequest(): Uint8Array {
  return concat(vector(1, uints(CERTIFICATE_TYPES, 1)), vector(2, uints(CLIENT_SCHEMES, 2)), vector(2));
}

export function serverHelloDone(): Uint8Array {
  return EMPTY;
}

function extension(type: number, ...data: readonly Uint8Array[]): Uint8Array {
  return concat(uint(type, 2), vector(2, ...data));
}
