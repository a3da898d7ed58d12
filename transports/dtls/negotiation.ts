/** Which of a client's offers is taken. What every browser must offer (RFC 8827 section 6.5) is all that there is. */
import type { SrtpProfile } from '../srtp/port.ts';
import { type Refusal, refusal } from './alerts.ts';
import type { ClientHello } from './client-hello.ts';
import { GROUP_CODE, type Group } from './key-share.ts';
import { DTLS_1_2 } from './record.ts';
import { SIGNATURE_SCHEME } from './signature-schemes.ts';

/** TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256 (RFC 5289). */
export const CIPHER_SUITE = 0xc02b;

/** RFC 7714 section 14.2 and RFC 5764 section 4.1.2. */
export const SRTP_PROFILE_CODE: Record<SrtpProfile, number> = {
  AEAD_AES_128_GCM: 0x0007,
  AES_CM_128_HMAC_SHA1_80: 0x0001,
};

/** What both sides hold to. */
export interface Terms {
  readonly kind: 'terms';
  readonly group: Group;
  readonly srtpProfile: SrtpProfile;
  readonly extendedMasterSecret: boolean;
  /** The client knows of RFC 5746 and is told that we do. */
  readonly secureRenegotiation: boolean;
  /** The client sent ec_point_formats, and so gets it back (RFC 8422 section 5.2). */
  readonly pointFormats: boolean;
}

/** AES-GCM first: one pass over a packet instead of two. */
const SRTP_PROFILES: readonly SrtpProfile[] = ['AEAD_AES_128_GCM', 'AES_CM_128_HMAC_SHA1_80'];
/** X25519 first: the quicker of the two. */
const GROUPS: readonly Group[] = ['x25519', 'secp256r1'];

const NULL_COMPRESSION = 0;
const UNCOMPRESSED_POINTS = 0;
/** TLS_EMPTY_RENEGOTIATION_INFO_SCSV: the extension, dressed as a cipher suite (RFC 5746 section 3.3). */
const RENEGOTIATION_SUITE = 0x00ff;

export function negotiate(hello: ClientHello): Terms | Refusal {
  if (!offersDtls12(hello)) return refusal('protocol_version', 'the client does not offer DTLS 1.2');
  if (!hello.cipherSuites.includes(CIPHER_SUITE))
    return refusal(
      'handshake_failure',
      'the client does not offer the cipher suite TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256',
    );
  if (!hello.compressionMethods.includes(NULL_COMPRESSION))
    return refusal('illegal_parameter', 'the client insists on compression');
  if (hello.pointFormats !== undefined && !hello.pointFormats.includes(UNCOMPRESSED_POINTS))
    return refusal('illegal_parameter', 'the client does not take uncompressed curve points');
  if (!hello.signatureSchemes?.includes(SIGNATURE_SCHEME.ecdsa_secp256r1_sha256))
    return refusal('handshake_failure', 'the client does not take ECDSA signatures with P-256 and SHA-256');
  if (hello.renegotiatedConnection !== undefined && hello.renegotiatedConnection.length > 0)
    return refusal('handshake_failure', 'the client tries to renegotiate a connection that is not there');

  // Without the extension any group may be taken (RFC 8422 section 4): the one that must be known.
  const offeredGroups = hello.groups ?? [GROUP_CODE.secp256r1];
  const group = GROUPS.find(candidate => offeredGroups.includes(GROUP_CODE[candidate]));
  if (group === undefined)
    return refusal('handshake_failure', 'the client offers neither of the groups X25519 and P-256');

  if (hello.srtpProfiles === undefined)
    return refusal('handshake_failure', 'the client does not offer SRTP (use_srtp)');
  const offeredProfiles = hello.srtpProfiles;
  const srtpProfile = SRTP_PROFILES.find(candidate => offeredProfiles.includes(SRTP_PROFILE_CODE[candidate]));
  if (srtpProfile === undefined)
    return refusal('handshake_failure', 'the client offers no SRTP profile that is known here');

  return {
    kind: 'terms',
    group,
    srtpProfile,
    extendedMasterSecret: hello.extendedMasterSecret,
    secureRenegotiation:
      hello.renegotiatedConnection !== undefined || hello.cipherSuites.includes(RENEGOTIATION_SUITE),
    pointFormats: hello.pointFormats !== undefined,
  };
}

/** A client that sends supported_versions means that, and its version field is a decoy (RFC 8446 section 4.2.1). */
function offersDtls12(hello: ClientHello): boolean {
  if (hello.supportedVersions !== undefined) return hello.supportedVersions.includes(DTLS_1_2);
  // Later versions have lower numbers, and offer all before them.
  return hello.version >> 8 === 0xfe && hello.version <= DTLS_1_2;
}
