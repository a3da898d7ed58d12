/** A session that a request names, once it is sure that the caller may name it. */
import { describe, noSuchSession } from './asking.ts';
import { type Caller, demand, hasPermission, type Permission } from './auth/caller.ts';
import type { GatewayDeps } from './deps.ts';
import { parseSessionId, type SessionRef } from './session-ref.ts';

export interface Wanted {
  readonly id: string;
  /** The stream and the role that its URL names; another session's URL is nobody's. */
  readonly stream?: string;
  readonly role?: SessionRef['role'];
  /** Who may besides its own client, or instead of it. */
  readonly permissions: (own: Permission) => readonly Permission[];
}

/** Its own client, or an administrator, who may do everything. */
export const ownerOrAdmin = (own: Permission): readonly Permission[] => [own];

/**
 * Throws problem 404 when there can be no such session, 403 when it is not the caller's. The session is asked which
 * stream it belongs to only when the answer matters, and is not known here: not for a caller who may do it with every stream.
 */
export async function findSession(deps: GatewayDeps, caller: Caller, wanted: Wanted): Promise<SessionRef> {
  const session = parseSessionId(wanted.id, deps.node, deps.shards);
  if (session === undefined || (wanted.role ?? session.role) !== session.role) throw noSuchSession(wanted.id);
  const permissions = wanted.permissions(session.permission);
  if (caller.streams === '*' && hasPermission(caller, permissions)) return session;
  demand(caller, permissions, wanted.stream);
  const stream = deps.opened.streamOf(session.id) ?? (await describe(deps, session)).stream;
  if ((wanted.stream ?? stream) !== stream) throw noSuchSession(wanted.id);
  demand(caller, permissions, stream);
  return session;
}
