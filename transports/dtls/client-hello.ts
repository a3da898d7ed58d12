/** What a client offers (RFC 5246 section 7.4.1.2, with the cookie of RFC 6347 section 4.2.1). */
import { ByteReader, uintList } from './bytes.ts';

/** https://www.iana.org/assignments/tls-extensiontype-values */
export const EXTENSION = {
  supportedGroups: 10,
  ecPointFormats: 11,
  signatureAlgorithms: 13,
  useSrtp: 14,
  extendedMasterSecret: 23,
  supportedVersions: 43,
  renegotiationInfo: 0xff01,
} as const;

/** Lists are as the client orders them, and absent when the extension is. */
export interface ClientHello {
  readonly version: number;
  readonly random: Uint8Array;
  readonly cipherSuites: readonly number[];
  readonly compressionMethods: readonly number[];
  /** RFC 8446 section 4.2.1; what counts, where it is there. */
  readonly supportedVersions: readonly number[] | undefined;
  readonly groups: readonly number[] | undefined;
  readonly pointFormats: readonly number[] | undefined;
  readonly signatureSchemes: readonly number[] | undefined;
  readonly srtpProfiles: readonly number[] | undefined;
  readonly extendedMasterSecret: boolean;
  /** The verify_data of an earlier handshake: empty in a first one (RFC 5746 section 3.4). */
  readonly renegotiatedConnection: Uint8Array | undefined;
}

const RANDOM_BYTES = 32;

/** Nothing when it is malformed, an extension that we read is, or one comes twice. The fields are views of `body`. */
export function parseClientHello(body: Uint8Array): ClientHello | undefined {
  const reader = new ByteReader(body);
  const version = reader.uint(2);
  const random = reader.bytes(RANDOM_BYTES);
  reader.vector(1); // A session to resume: none is ever kept.
  reader.vector(1); // A cookie: none is ever given.
  const cipherSuites = uintList(reader.vector(2), 2);
  const compressionMethods = uintList(reader.vector(1), 1);
  const extensions = reader.remaining > 0 ? parseExtensions(reader.vector(2)) : new Map<number, Uint8Array>();
  if (!reader.isWhole || cipherSuites === undefined || compressionMethods === undefined) return undefined;
  if (extensions === undefined) return undefined;

  const lists = {
    supportedVersions: listIn(extensions.get(EXTENSION.supportedVersions), 1, 2),
    groups: listIn(extensions.get(EXTENSION.supportedGroups), 2, 2),
    pointFormats: listIn(extensions.get(EXTENSION.ecPointFormats), 1, 1),
    signatureSchemes: listIn(extensions.get(EXTENSION.signatureAlgorithms), 2, 2),
    srtpProfiles: srtpProfilesIn(extensions.get(EXTENSION.useSrtp)),
    renegotiatedConnection: onlyVectorIn(extensions.get(EXTENSION.renegotiationInfo), 1),
  };
  const { supportedVersions, groups, pointFormats, signatureSchemes, srtpProfiles, renegotiatedConnection } =
    lists;
  if (
    supportedVersions === 'malformed' ||
    groups === 'malformed' ||
    pointFormats === 'malformed' ||
    signatureSchemes === 'malformed' ||
    srtpProfiles === 'malformed' ||
    renegotiatedConnection === 'malformed'
  )
    return undefined;
  return {
    version,
    random,
    cipherSuites,
    compressionMethods,
    supportedVersions,
    groups,
    pointFormats,
    signatureSchemes,
    srtpProfiles,
    extendedMasterSecret: extensions.has(EXTENSION.extendedMasterSecret),
    renegotiatedConnection,
  };
}

function parseExtensions(bytes: Uint8Array): Map<number, Uint8Array> | undefined {
  const reader = new ByteReader(bytes);
  const extensions = new Map<number, Uint8Array>();
  while (reader.remaining > 0) {
    const type = reader.uint(2);
    const data = reader.vector(2);
    if (extensions.has(type)) return undefined;
    extensions.set(type, data);
  }
  return reader.isWhole ? extensions : undefined;
}

type Field<T> = T | undefined | 'malformed';

/** The vector that is all of an extension. */
function onlyVectorIn(data: Uint8Array | undefined, lengthBytes: number): Field<Uint8Array> {
  if (data === undefined) return undefined;
  const reader = new ByteReader(data);
  const inner = reader.vector(lengthBytes);
  return reader.isWhole ? inner : 'malformed';
}

function listIn(
  data: Uint8Array | undefined,
  lengthBytes: number,
  itemBytes: number,
): Field<readonly number[]> {
  const items = onlyVectorIn(data, lengthBytes);
  if (items === undefined || items === 'malformed') return items;
  return uintList(items, itemBytes) ?? 'malformed';
}

/** RFC 5764 section 4.1.1. The MKI that the client may offer behind the profiles is declined, whatever it is. */
function srtpProfilesIn(data: Uint8Array | undefined): Field<readonly number[]> {
  if (data === undefined) return undefined;
  const reader = new ByteReader(data);
  const profiles = uintList(reader.vector(2), 2);
  reader.vector(1);
  return reader.isWhole && profiles !== undefined ? profiles : 'malformed';
}
