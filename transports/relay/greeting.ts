/**
 * How two nodes begin a link: the opener's hello, and what answers it: a cookie to be repeated, the accept, or a refusal.
 * Around the two messages of a Noise handshake there is what has to be read before it, and a code that only nodes of the
 * cluster can make (a MAC, RFC 2104), so that a stranger's costs one hash. These look the same in all versions of the
 * protocol. No answer is as long as the hello, so that nobody can have us send others more than he sends us.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { NAME_MAX_LENGTH } from '../name-length.ts';
import { HANDSHAKE_OVERHEAD_BYTES } from '../noise/handshake.ts';
import { X25519_BYTES } from '../noise/x25519.ts';
import { readUint32, writeUint32 } from '../rtp/byte-order.ts';
import { isNodeName } from '../zeromq/hello.ts';
import type { VersionRange } from '../zeromq/versions.ts';
import { COOKIE_BYTES } from './cookies.ts';
import { GREETING_HEADER_BYTES, type GreetingDatagram, writeGreetingHeader } from './datagram.ts';
import { printable, textOf } from './text.ts';
import { readUint48, UINT48_BYTES, writeUint48 } from './uint48.ts';

/** The program's own. Grows with every change of what datagrams and messages mean; the first sealed nothing. */
export const relayVersions: VersionRange = { lowest: 2, highest: 3 };
/** From this one on a peer answers probes of its path. */
export const PROBING_VERSION = 3;

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
  /** All zero in the first one. */
  readonly cookie: Uint8Array;
  /** The handshake's first message, whose payload is the opener's node. */
  readonly message: Uint8Array;
}

/** The payload of the handshake's second message. */
export interface Accept {
  /** The link as the accepter knows it. */
  readonly linkId: number;
  /** What both speak from here on. */
  readonly version: number;
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
const MAC_BYTES = 16;
/** Incarnation, length of the name, and room for the longest name, so that a length tells nothing. */
const NODE_BYTES = UINT48_BYTES + 1 + NAME_MAX_LENGTH;
const REFUSAL_WORDS_MAX_BYTES = 80;

const BODY_AT = GREETING_HEADER_BYTES;
const COOKIE_AT = BODY_AT + 10;
const MESSAGE_AT = COOKIE_AT + COOKIE_BYTES;
const HELLO_MESSAGE_BYTES = HANDSHAKE_OVERHEAD_BYTES + NODE_BYTES;
export const HELLO_BYTES = MESSAGE_AT + HELLO_MESSAGE_BYTES + MAC_BYTES;

const ACCEPT_NODE_AT = 5;
const ACCEPT_MESSAGE_BYTES = HANDSHAKE_OVERHEAD_BYTES + ACCEPT_NODE_AT + NODE_BYTES;
const REFUSAL_WORDS_AT = 3;

/** The key of the codes: LinkKeys.greeting. */
type GreetingKey = Uint8Array;

export function writeHello(key: GreetingKey, { linkId, versions, cookie, message }: Hello): Uint8Array {
  const bytes = new Uint8Array(HELLO_BYTES);
  writeGreetingHeader(bytes, { type: 'hello', version: versions.highest, linkId: 0 });
  bytes.set(prologueOf(linkId, versions), BODY_AT);
  bytes.set(cookie, COOKIE_AT);
  bytes.set(message, MESSAGE_AT);
  return withMac(key, NOTHING, bytes);
}

/** Nothing for what no node of the cluster has written. Views of the datagram. */
export function parseHello(key: GreetingKey, { bytes }: GreetingDatagram): Hello | undefined {
  if (bytes.length !== HELLO_BYTES || readUint32(bytes, BODY_AT) !== MAGIC) return undefined;
  const linkId = readUint32(bytes, BODY_AT + 4);
  const versions = readVersions(bytes, BODY_AT + 8);
  if (linkId === 0 || versions === undefined || !hasMac(key, NOTHING, bytes)) return undefined;
  return {
    linkId,
    versions,
    cookie: bytes.subarray(COOKIE_AT, MESSAGE_AT),
    message: bytes.subarray(MESSAGE_AT, MESSAGE_AT + HELLO_MESSAGE_BYTES),
  };
}

/** What of a hello both ends' handshakes begin with: nobody can change it on the way. */
export function prologueOf(linkId: number, { lowest, highest }: VersionRange): Uint8Array {
  const bytes = new Uint8Array(COOKIE_AT - BODY_AT);
  writeUint32(bytes, 0, MAGIC);
  writeUint32(bytes, 4, linkId);
  bytes[8] = lowest;
  bytes[9] = highest;
  return bytes;
}

/** The opener's ephemeral key: each attempt has its own. */
export function ephemeralOf(message: Uint8Array): Uint8Array {
  return message.subarray(0, X25519_BYTES);
}

/** Which hello an answer is for, in a version that any opener reads. */
export interface AnswerTo {
  /** The link as the opener knows it. */
  readonly linkId: number;
  /** The opener's: an answer to another attempt does not pass for one to this. */
  readonly ephemeral: Uint8Array;
  readonly version: number;
}

export function writeCookie(key: GreetingKey, to: AnswerTo, cookie: Uint8Array): Uint8Array {
  return answer(key, 'cookie', to, cookie);
}

export function parseCookie(
  key: GreetingKey,
  ephemeral: Uint8Array,
  datagram: GreetingDatagram,
): Uint8Array | undefined {
  const body = bodyOf(key, ephemeral, datagram);
  return body?.length === COOKIE_BYTES ? body : undefined;
}

/** `message` is the handshake's second. */
export function writeAccept(key: GreetingKey, to: AnswerTo, message: Uint8Array): Uint8Array {
  return answer(key, 'accept', to, message);
}

/** The handshake's second message. */
export function parseAccept(
  key: GreetingKey,
  ephemeral: Uint8Array,
  datagram: GreetingDatagram,
): Uint8Array | undefined {
  const body = bodyOf(key, ephemeral, datagram);
  return body?.length === ACCEPT_MESSAGE_BYTES ? body : undefined;
}

export function writeRefusal(key: GreetingKey, to: AnswerTo, { code, versions, words }: Refusal): Uint8Array {
  const text = Buffer.from(printable(words)).subarray(0, REFUSAL_WORDS_MAX_BYTES);
  const body = Uint8Array.from([refusalCodes.indexOf(code), versions.lowest, versions.highest, ...text]);
  return answer(key, 'refuse', to, body);
}

export function parseRefusal(
  key: GreetingKey,
  ephemeral: Uint8Array,
  datagram: GreetingDatagram,
): Refusal | undefined {
  const body = bodyOf(key, ephemeral, datagram);
  if (body === undefined || body.length < REFUSAL_WORDS_AT) return undefined;
  const code = refusalCodes[body[0]!];
  const versions = readVersions(body, 1);
  if (code === undefined || versions === undefined) return undefined;
  return { code, versions, words: printable(textOf(body.subarray(REFUSAL_WORDS_AT))) };
}

/** The payload of the handshake's first message. */
export function writeNode({ node, incarnation }: RelayNode): Uint8Array {
  const bytes = new Uint8Array(NODE_BYTES);
  writeUint48(bytes, 0, incarnation);
  bytes[UINT48_BYTES] = node.length;
  bytes.set(Buffer.from(node, 'latin1'), UINT48_BYTES + 1);
  return bytes;
}

export function parseNode(bytes: Uint8Array): RelayNode | undefined {
  if (bytes.length !== NODE_BYTES) return undefined;
  const nameAt = UINT48_BYTES + 1;
  const name = bytes.subarray(nameAt, nameAt + bytes[UINT48_BYTES]!);
  const node = Buffer.from(name).toString('latin1');
  if (name.length < bytes[UINT48_BYTES]! || !isNodeName(node)) return undefined;
  return { node, incarnation: readUint48(bytes, 0) };
}

export function writeAcceptPayload({ linkId, version, from }: Accept): Uint8Array {
  const bytes = new Uint8Array(ACCEPT_NODE_AT + NODE_BYTES);
  writeUint32(bytes, 0, linkId);
  bytes[4] = version;
  bytes.set(writeNode(from), ACCEPT_NODE_AT);
  return bytes;
}

export function parseAcceptPayload(bytes: Uint8Array): Accept | undefined {
  if (bytes.length < ACCEPT_NODE_AT) return undefined;
  const linkId = readUint32(bytes, 0);
  const from = parseNode(bytes.subarray(ACCEPT_NODE_AT));
  return linkId === 0 || from === undefined ? undefined : { linkId, version: bytes[4]!, from };
}

const NOTHING = new Uint8Array(0);

function answer(
  key: GreetingKey,
  type: GreetingDatagram['type'],
  { linkId, ephemeral, version }: AnswerTo,
  body: Uint8Array,
): Uint8Array {
  const bytes = new Uint8Array(BODY_AT + body.length + MAC_BYTES);
  writeGreetingHeader(bytes, { type, version, linkId });
  bytes.set(body, BODY_AT);
  return withMac(key, ephemeral, bytes);
}

/** The body of an answer to the opener with this ephemeral key. */
function bodyOf(
  key: GreetingKey,
  ephemeral: Uint8Array,
  { bytes }: GreetingDatagram,
): Uint8Array | undefined {
  if (bytes.length < BODY_AT + MAC_BYTES || !hasMac(key, ephemeral, bytes)) return undefined;
  return bytes.subarray(BODY_AT, bytes.length - MAC_BYTES);
}

function readVersions(bytes: Uint8Array, at: number): VersionRange | undefined {
  const versions = { lowest: bytes[at]!, highest: bytes[at + 1]! };
  return versions.lowest <= versions.highest ? versions : undefined;
}

/** Fills in the last bytes. `context` is covered too, and goes with the datagram by itself. */
function withMac(key: GreetingKey, context: Uint8Array, bytes: Uint8Array): Uint8Array {
  const end = bytes.length - MAC_BYTES;
  bytes.set(macOf(key, context, bytes.subarray(0, end)), end);
  return bytes;
}

function hasMac(key: GreetingKey, context: Uint8Array, bytes: Uint8Array): boolean {
  const end = bytes.length - MAC_BYTES;
  return timingSafeEqual(macOf(key, context, bytes.subarray(0, end)), bytes.subarray(end));
}

function macOf(key: GreetingKey, context: Uint8Array, bytes: Uint8Array): Uint8Array {
  return createHmac('sha256', key).update(context).update(bytes).digest().subarray(0, MAC_BYTES);
}
