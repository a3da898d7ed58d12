/**
 * Session ids say where the session is, so that any gateway finds it without a directory, and survive that gateway:
 * `<push|pull>-<shard>-<token>`, the token being 128 random bits (RFC 9725 section 5: session URLs must not be guessed).
 */
import { type Random, randomToken } from '../../transports/random.ts';
import type { SessionRole } from '../protocol.ts';
import { type Address, addressOf } from '../runtime/address.ts';

const TOKEN_BYTES = 16;
/** Longer than any token that was ever given out; what is longer still is not looked at. */
const PATTERN = /^(push|pull)-(0|[1-9][0-9]{0,3})-[A-Za-z0-9_-]{1,64}$/;

export interface SessionPlace {
  readonly role: SessionRole;
  readonly shard: number;
  readonly session: string;
}

export function makeSessionId(role: SessionRole, shard: number, random: Random): string {
  return `${role === 'publisher' ? 'push' : 'pull'}-${shard}-${randomToken(random, TOKEN_BYTES)}`;
}

/** Where the session of this id is, or undefined when no session can have it. */
export function parseSessionId(text: string): SessionPlace | undefined {
  const match = PATTERN.exec(text);
  if (match === null) return undefined;
  return { role: match[1] === 'push' ? 'publisher' : 'viewer', shard: Number(match[2]), session: text };
}

export function sessionAddress(node: string, { role, shard, session }: SessionPlace): Address {
  return addressOf(node, `/shards/shard-${shard}/${role === 'publisher' ? 'pushes' : 'pulls'}/${session}`);
}
