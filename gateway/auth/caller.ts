/** Who calls, and what they may do. */
import { problem } from '../http/problem.ts';

export const PERMISSIONS = ['publish', 'view', 'observe', 'admin'] as const;
export type Permission = (typeof PERMISSIONS)[number];

export interface Caller {
  /** The streams that the permissions are for: a stream id, a prefix and `*`, or `*` for all. */
  readonly streams: string;
  readonly can: readonly Permission[];
  readonly uid?: string;
}

/** Who calls where no secret is configured. */
export const EVERYBODY: Caller = { streams: '*', can: PERMISSIONS };

export function coversStream({ streams }: Caller, stream: string): boolean {
  return streams.endsWith('*') ? stream.startsWith(streams.slice(0, -1)) : stream === streams;
}

/** Whether the caller has one of `permissions`, on whichever stream. */
export function hasPermission({ can }: Caller, permissions: readonly Permission[]): boolean {
  return permissions.some(permission => can.includes(permission));
}

/** Throws problem 403 unless the caller has one of `permissions`, and on `stream` when one is named. */
export function demand(caller: Caller, permissions: readonly Permission[], stream?: string): void {
  if (!hasPermission(caller, permissions)) {
    throw forbidden(`The token does not say that its bearer can ${permissions.join(' or ')}.`);
  }
  if (stream !== undefined && !coversStream(caller, stream)) {
    throw forbidden(`The token is for ${caller.streams}, not for ${stream}.`);
  }
}

/** The user whom a session is for: the token's, which a body may repeat but not change (problem 403). */
export function userOf(caller: Caller, bodyUid: string | undefined): { uid?: string } {
  if (caller.uid !== undefined && bodyUid !== undefined && bodyUid !== caller.uid) {
    throw forbidden('The uid is not the one that the token is for.');
  }
  const uid = caller.uid ?? bodyUid;
  return uid === undefined ? {} : { uid };
}

/** RFC 6750 section 3.1: what is known of the caller is not enough. */
function forbidden(detail: string): Error {
  return problem(403, detail, {
    headers: { 'WWW-Authenticate': 'Bearer realm="zrtc", error="insufficient_scope"' },
  });
}
