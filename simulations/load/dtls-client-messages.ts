/** The bodies of a DTLS client's messages (RFC 5246 sections 7.4.1.2 and 7.4.6 to 7.4.8). */
import { type KeyObject, sign } from 'node:crypto';
import { concat, uint, uints, vector } from '../../transports/dtls/bytes.ts';
import { EXTENSION } from '../../transports/dtls/client-hello.ts';
import { GROUP_CODE } from '../../transports/dtls/key-share.ts';
import { CIPHER_SUITE, SRTP_PROFILE_CODE } from '../../transports/dtls/negotiation.ts';
import { DTLS_1_2 } from '../../transports/dtls/record.ts';
import { SIGNATURE_SCHEME } from '../../transports/dtls/signature-schemes.ts';

const NULL_COMPRESSION = 0;
const UNCOMPRESSED_POINTS = 0;

/** Offers what browsers do, so that the server chooses, and pays for, what it would with them; one cipher suite will do. */
export function clientHello(clientRandom: Uint8Array): Uint8Array {
  const extensions = [
    extension(EXTENSION.supportedGroups, vector(2, uints([GROUP_CODE.x25519, GROUP_CODE.secp256r1], 2))),
    extension(EXTENSION.ecPointFormats, vector(1, uint(UNCOMPRESSED_POINTS, 1))),
    extension(
      EXTENSION.signatureAlgorithms,
      vector(2, uints([SIGNATURE_SCHEME.ecdsa_secp256r1_sha256, SIGNATURE_SCHEME.rsa_pss_rsae_sha256], 2)),
    ),
    extension(EXTENSION.useSrtp, vector(2, uints(Object.values(SRTP_PROFILE_CODE), 2)), vector(1)),
    extension(EXTENSION.extendedMasterSecret),
    extension(EXTENSION.renegotiationInfo, vector(1)),
  ];
  return concat(
    uint(DTLS_1_2, 2),
    clientRandom,
    vector(1), // No session identifier: there is nothing to resume.
    vector(1), // No cookie: the server asks for none.
    vector(2, uint(CIPHER_SUITE, 2)),
    vector(1, uint(NULL_COMPRESSION, 1)),
    vector(2, ...extensions),
  );
}

export function certificate(certificateDer: Uint8Array): Uint8Array {
  return vector(3, vector(3, certificateDer));
}

export function clientKeyExchange(point: Uint8Array): Uint8Array {
  return vector(1, point);
}

/** `transcript`: all messages of both sides so far. */
export function certificateVerify(key: KeyObject, transcript: Uint8Array): Uint8Array {
  const signature = sign('sha256', transcript, key);
  return concat(uint(SIGNATURE_SCHEME.ecdsa_secp256r1_sha256, 2), vector(2, signature));
}

function extension(type: number, ...data: readonly Uint8Array[]): Uint8Array {
  return concat(uint(type, 2), vector(2, ...data));
}
