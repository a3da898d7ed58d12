/** ClientHellos of every kind, good and bad. */
import { concat, uint, uints, vector } from '../../../../transports/dtls/bytes.ts';
import { EXTENSION } from '../../../../transports/dtls/client-hello.ts';

export interface HelloOffer {
  readonly version: number;
  readonly cipherSuites: readonly number[];
  readonly compressionMethods: readonly number[];
  /** A list that is undefined leaves its extension out. */
  readonly supportedVersions: readonly number[] | undefined;
  readonly groups: readonly number[] | undefined;
  readonly pointFormats: readonly number[] | undefined;
  readonly signatureSchemes: readonly number[] | undefined;
  readonly srtpProfiles: readonly number[] | undefined;
  readonly mki: Uint8Array;
  readonly extendedMasterSecret: boolean;
  readonly renegotiatedConnection: Uint8Array | undefined;
  /** Other extensions, as type and data. */
  readonly others: readonly (readonly [number, Uint8Array])[];
}

export const GCM = 0x0007;
export const CM = 0x0001;
export const X25519 = 29;
export const P256 = 23;

/** What a browser offers, in short. */
export const BROWSER_OFFER: HelloOffer = {
  version: 0xfefd,
  cipherSuites: [0xc02b, 0xc02f, 0xc00a],
  compressionMethods: [0],
  supportedVersions: undefined,
  groups: [X25519, P256, 24],
  pointFormats: [0],
  signatureSchemes: [0x0403, 0x0804, 0x0401, 0x0503],
  srtpProfiles: [8, GCM, CM],
  mki: new Uint8Array(0),
  extendedMasterSecret: true,
  renegotiatedConnection: new Uint8Array(0),
  others: [],
};

const KEY_SHARE = 51;
const X25519_MLKEM768 = 0x11ec;

/** What a browser offers that also speaks DTLS 1.3, with a key share that needs two datagrams. */
export const BROWSER_13_OFFER: HelloOffer = {
  ...BROWSER_OFFER,
  cipherSuites: [0x0a0a, 0x1301, 0x1302, 0xc02b, 0xc02f],
  supportedVersions: [0x1a1a, 0xfefc, 0xfefd],
  groups: [0x2a2a, X25519_MLKEM768, X25519, P256],
  others: [
    [KEY_SHARE, vector(2, concat(uint(X25519_MLKEM768, 2), vector(2, new Uint8Array(1216).fill(7))))],
    [0x3a3a, new Uint8Array(0)],
  ],
};

export function helloBody(offer: HelloOffer, random: Uint8Array): Uint8Array {
  const extensions: Uint8Array[] = [];
  const add = (type: number, data: Uint8Array | undefined) => {
    if (data !== undefined) extensions.push(concat(uint(type, 2), vector(2, data)));
  };
  const list = (items: readonly number[] | undefined, lengthBytes: number, itemBytes: number) =>
    items && vector(lengthBytes, uints(items, itemBytes));
  add(EXTENSION.supportedVersions, list(offer.supportedVersions, 1, 2));
  add(EXTENSION.supportedGroups, list(offer.groups, 2, 2));
  add(EXTENSION.ecPointFormats, list(offer.pointFormats, 1, 1));
  add(EXTENSION.signatureAlgorithms, list(offer.signatureSchemes, 2, 2));
  if (offer.srtpProfiles)
    add(EXTENSION.useSrtp, concat(list(offer.srtpProfiles, 2, 2)!, vector(1, offer.mki)));
  if (offer.extendedMasterSecret) add(EXTENSION.extendedMasterSecret, new Uint8Array(0));
  if (offer.renegotiatedConnection) add(EXTENSION.renegotiationInfo, vector(1, offer.renegotiatedConnection));
  for (const [type, data] of offer.others) add(type, data);
  return concat(
    uint(offer.version, 2),
    random,
    vector(1),
    vector(1),
    vector(2, uints(offer.cipherSuites, 2)),
    vector(1, uints(offer.compressionMethods, 1)),
    vector(2, ...extensions),
  );
}
