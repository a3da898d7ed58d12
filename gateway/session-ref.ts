/** From a session's id to its address: the id says which shard holds it, so nobody has to be asked. */
import type { Address } from '../actors/runtime/address.ts';
import { parseSessionId as placeOf, sessionAddress } from '../actors/sessions/session-id.ts';
import type { Permission } from './auth/caller.ts';

export interface SessionRef {
  readonly id: string;
  readonly role: 'push' | 'pull';
  readonly shard: number;
  readonly address: Address;
  /** What its own client needs. */
  readonly permission: Permission;
}

/** The session, or undefined when `id` is none that a node of `shards` shards gives out. */
export function parseSessionId(id: string, node: string, shards: number): SessionRef | undefined {
  const place = placeOf(id);
  if (place === undefined) return undefined;
  const { shard } = place;
  // How many shards another node has, it knows itself.
  if (place.node === undefined && shard >= shards) return undefined;
  const address = sessionAddress(node, place);
  return place.role === 'publisher'
    ? { id, role: 'push', shard, address, permission: 'publish' }
    : { id, role: 'pull', shard, address, permission: 'view' };
}
