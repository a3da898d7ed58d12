/** Who calls, and what they may do. */
import { problem } from '../http/problem.ts';

export const PERMISSIONS = ['publish', 'view', 'observe', 'admin'] as const;
export type Permission = (typeof PERMISSIONS)[number];

const doing: Readonly<Record<Permission, string>> = {
  publish: 'publishing',
  view: 'watching',
  observe: 'seeing what the node does',
  admin: 'ending the sessions of others',
};

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

/** Whether the caller has one of `permissions`, on whichever stream. An administrator has them all. */
export function hasPermission({ can }: Caller, permissions: readonly Permission[]): boolean {
  return can.includes('admin') || permissions.some(permission => can.includes(permission));
}

/** Throws problem 403 unless the caller has one of `permissions`, and on `stream` when one is named. */
export function demand(caller: Caller, permissions: readonly Permission[], stream?: string): void {
  if (!hasPermission(caller, permissions)) {
    throw forbidden(lacking(permissions), stream);
  }
  if (stream !== undefined && !coversStream(caller, stream)) {
    throw forbidden(`The token is for ${caller.streams}, not for ${stream}.`, stream);
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

function lacking(permissions: readonly Permission[]): string {
  const [first] = permissions;
  const what = permissions.length === 1 ? doing[first!] : 'this';
  return `The token does not allow ${what} (it needs the permission ${permissions.join(' or ')}).`;
}

/** RFC 6750 section 3.1: what is known of the caller is not enough. */
function forbidden(detail: string, stream?: string): Error {
  return problem(403, detail, {
    stream,
    headers: { 'WWW-Authenticate': 'Bearer realm="zrtc", error="insufficient_scope"' },
  });
}
