/**
 * How two nodes begin a link: the opener's hello, and the accept or refusal that answers it. These look the same in all
 * versions of the protocol; bytes after the known fields are a later version's, and passed over. An answer is never
 * longer than the hello, so that nobody can have us send others more than he sends us.
 */
import { readUint32, writeUint32 } from '../rtp/byte-order.ts';
import { isNodeName } from '../zeromq/hello.ts';
import type { VersionRange } from '../zeromq/versions.ts';
import { printable, textOf } from './text.ts';
import { readUint48, UINT48_BYTES, writeUint48 } from './uint48.ts';

/** The program's own. Grows with every change of what datagrams and messages mean. */
export const relayVersions: VersionRange = { lowest: 1, highest: 1 };

/** A node as its peers know it. */
export interface RelayNode {
  readonly node: string;
  /** Grows with every start of the node: a whole number of 48 bits. */
  readonly incarnation: number;
}

export interface Hello {
  /** The link as the opener knows it. */
  readonly linkId: number;
  readonly versions: VersionRange;
  readonly from: RelayNode;
}

export interface Accept {
  /** The link as the accepter knows it. */
  readonly linkId: number;
  readonly from: RelayNode;
}

const refusalCodes = ['version', 'busy', 'not allowed'] as const;

export interface Refusal {
  readonly code: (typeof refusalCodes)[number];
  /** What the refuser speaks. */
  readonly versions: VersionRange;
  /** For people; cut to REFUSAL_WORDS_MAX_BYTES. */
  readonly words: string;
}

/** `zrly`: garbage makes no link. */
const MAGIC = 0x7a726c79;
/** Longer than any accept or refusal: what is shorter is no hello. */
export const HELLO_BYTES = 96;
const REFUSAL_WORDS_MAX_BYTES = 80;
const NODE_AT_IN_HELLO = 10;
const NODE_AT_IN_ACCEPT = 4;
const WORDS_AT = 3;

export function writeHello({ linkId, versions, from }: Hello): Uint8Array {
  const bytes = new Uint8Array(HELLO_BYTES);
  writeUint32(bytes, 0, MAGIC);
  writeUint32(bytes, 4, linkId);
  bytes[8] = versions.lowest;
  bytes[9] = versions.highest;
  writeNode(bytes, NODE_AT_IN_HELLO, from);
  return bytes;
}

export function parseHello(bytes: Uint8Array): Hello | undefined {
  if (bytes.length < HELLO_BYTES || readUint32(bytes, 0) !== MAGIC) return undefined;
  const linkId = readUint32(bytes, 4);
  const versions = readVersions(bytes, 8);
  const from = readNode(bytes, NODE_AT_IN_HELLO);
  return linkId === 0 || versions === undefined || from === undefined
    ? undefined
    : { linkId, versions, from };
}

export function writeAccept({ linkId, from }: Accept): Uint8Array {
  const bytes = new Uint8Array(NODE_AT_IN_ACCEPT + UINT48_BYTES + 1 + from.node.length);
  writeUint32(bytes, 0, linkId);
  writeNode(bytes, NODE_AT_IN_ACCEPT, from);
  return bytes;
}

export function parseAccept(bytes: Uint8Array): Accept | undefined {
  if (bytes.length < NODE_AT_IN_ACCEPT) return undefined;
  const linkId = readUint32(bytes, 0);
  const from = readNode(bytes, NODE_AT_IN_ACCEPT);
  return linkId === 0 || from === undefined ? undefined : { linkId, from };
}

export function writeRefusal({ code, versions, words }: Refusal): Uint8Array {
  const text = Buffer.from(printable(words)).subarray(0, REFUSAL_WORDS_MAX_BYTES);
  return Uint8Array.from([refusalCodes.indexOf(code), versions.lowest, versions.highest, ...text]);
}

export function parseRefusal(bytes: Uint8Array): Refusal | undefined {
  if (bytes.length < WORDS_AT) return undefined;
  const code = refusalCodes[bytes[0]!];
  const versions = readVersions(bytes, 1);
  if (code === undefined || versions === undefined) return undefined;
  return { code, versions, words: printable(textOf(bytes.subarray(WORDS_AT))) };
}

function readVersions(bytes: Uint8Array, at: number): VersionRange | undefined {
  const versions = { lowest: bytes[at]!, highest: bytes[at + 1]! };
  return versions.lowest <= versions.highest ? versions : undefined;
}

/** Incarnation, length of the name, name. */
function writeNode(bytes: Uint8Array, at: number, { node, incarnation }: RelayNode): void {
  writeUint48(bytes, at, incarnation);
  bytes[at + UINT48_BYTES] = node.length;
  bytes.set(Buffer.from(node, 'latin1'), at + UINT48_BYTES + 1);
}

function readNode(bytes: Uint8Array, at: number): RelayNode | undefined {
  const nameAt = at + UINT48_BYTES + 1;
  if (bytes.length < nameAt) return undefined;
  const name = bytes.subarray(nameAt, nameAt + bytes[nameAt - 1]!);
  const node = Buffer.from(name).toString('latin1');
  if (name.length < bytes[nameAt - 1]! || !isNodeName(node)) return undefined;
  return { node, incarnation: readUint48(bytes, at) };
}
