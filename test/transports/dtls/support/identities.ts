/** Certificates with their keys, as clients may have them; made once for each test file. */
import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { generate } from 'selfsigned';
import { SIGNATURE_SCHEME } from '../../../../transports/dtls/signature-schemes.ts';

export interface Identity {
  readonly certificateDer: Uint8Array;
  readonly privateKey: KeyObject;
  /** What its owner signs with. */
  readonly scheme: number;
  readonly pem: { readonly certificate: string; readonly key: string };
}

type KeyChoice =
  | { readonly keyType: 'ec'; readonly curve: 'P-256' | 'P-384' | 'P-521' }
  | { readonly keyType: 'rsa'; readonly keySize: number };

export async function makeIdentity(
  choice: KeyChoice = { keyType: 'ec', curve: 'P-256' },
  scheme: number = SIGNATURE_SCHEME.ecdsa_secp256r1_sha256,
): Promise<Identity> {
  const pem = await generate([{ name: 'commonName', value: 'a client' }], { ...choice, algorithm: 'sha256' });
  return {
    certificateDer: new X509Certificate(pem.cert).raw,
    privateKey: createPrivateKey(pem.private),
    scheme,
    pem: { certificate: pem.cert, key: pem.private },
  };
}
