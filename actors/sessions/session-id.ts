/**
 * Session ids say where the session is, so that any gateway finds it without a directory, and survive that gateway:
 * `<push|pull>-<shard>-<token>`, the token being 128 random bits (RFC 9725 section 5: session URLs must not be guessed);
 * in a cluster, `.<node>` follows.
 */
import { NAME_MAX_LENGTH } from '../../transports/name-length.ts';
import { type Random, randomToken } from '../../transports/random.ts';
import type { SessionRole } from '../protocol.ts';
import { type Address, addressOf } from '../runtime/address.ts';

const TOKEN_BYTES = 16;
/** Longer than any token that was ever given out; what is longer still is not looked at. */
const PATTERN = new RegExp(
  `^(push|pull)-(0|[1-9][0-9]{0,3})-[A-Za-z0-9_-]{1,64}(?:\\.([a-z0-9-]{1,${NAME_MAX_LENGTH}}))?$`,
);

export interface SessionPlace {
  readonly role: SessionRole;
  readonly shard: number;
  readonly session: string;
  /** Absent in the id of a node that stands alone. */
  readonly node?: string;
}

export function makeSessionToken(random: Random): string {
  return randomToken(random, TOKEN_BYTES);
}

/** `token` is of makeSessionToken. */
export function sessionIdOf(role: SessionRole, shard: number, token: string, node?: string): string {
  const id = `${role === 'publisher' ? 'push' : 'pull'}-${shard}-${token}`;
  return node === undefined ? id : `${id}.${node}`;
}

export function makeSessionId(role: SessionRole, shard: number, random: Random, node?: string): string {
  return sessionIdOf(role, shard, makeSessionToken(random), node);
}

/** Where the session of this id is, or undefined when no session can have it. */
export function parseSessionId(text: string): SessionPlace | undefined {
  const match = PATTERN.exec(text);
  if (match === null) return undefined;
  const [, role, shard, node] = match;
  return {
    role: role === 'push' ? 'publisher' : 'viewer',
    shard: Number(shard),
    session: text,
    ...(node !== undefined && { node }),
  };
}

/** `here` is the node that ids without a node's name belong to. */
export function sessionAddress(here: string, { role, shard, session, node = here }: SessionPlace): Address {
  return addressOf(node, `/shards/shard-${shard}/${role === 'publisher' ? 'pushes' : 'pulls'}/${session}`);
}
