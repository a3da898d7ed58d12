/** Tokens: JSON Web Tokens signed with a shared secret, HS256 (RFC 7519, RFC 7518 section 3.2). */
import { errors, jwtVerify, SignJWT } from 'jose';
import { z } from 'zod';
import { parseStreamId } from '../../actors/stream-id.ts';
import { uidField } from '../http/fields.ts';
import { type Caller, PERMISSIONS, type Permission } from './caller.ts';

/** HS256 asks for a key at least as long as its hash (RFC 7518 section 3.2). */
export const SECRET_MIN_BYTES = 32;

/** How far the clocks of who signs and who checks may differ. */
const CLOCK_TOLERANCE_SECONDS = 5;

export interface Claims {
  /** A stream id, a prefix and `*`, or `*` for all streams. */
  readonly stream: string;
  readonly can: readonly Permission[];
  readonly uid?: string | undefined;
  /** When it ends, seconds since the Unix epoch. A token cannot be taken back, so each has an end. */
  readonly exp: number;
}

/** What a token came to: a caller, or why it is not accepted, as a sentence for the client. */
export type Verdict = { readonly caller: Caller } | { readonly invalid: string };

const claimsSchema = z.object({
  stream: z.string().refine(isStreamPattern, { error: 'must be a stream id, a prefix and *, or *' }),
  can: z.array(z.enum(PERMISSIONS, { error: `must be among ${PERMISSIONS.join(', ')}` })).min(1),
  uid: uidField.optional(),
  exp: z.number({ error: 'must be a number of seconds' }).positive(),
});

/** What is wrong with a secret, in words, or undefined when it will do. */
export function secretComplaint(secret: string): string | undefined {
  const byteCount = Buffer.byteLength(secret);
  if (byteCount >= SECRET_MIN_BYTES) return undefined;
  return `the secret has ${byteCount} bytes, and needs ${SECRET_MIN_BYTES} at least`;
}

/** A token of these claims. Throws an Error in words when a claim or the secret is not fit for one. */
export async function mintToken(secret: string, claims: Claims): Promise<string> {
  const complaint = secretComplaint(secret);
  if (complaint !== undefined) throw new Error(complaint);
  const parsed = claimsSchema.safeParse(claims);
  if (!parsed.success) throw new Error(inWords(parsed.error));
  return new SignJWT(parsed.data).setProtectedHeader({ alg: 'HS256' }).sign(keyOf(secret));
}

/** Checks a token against each secret in turn. `wallMs` is the time, in milliseconds since the Unix epoch. */
export async function verifyToken(
  token: string,
  secrets: readonly string[],
  wallMs: number,
): Promise<Verdict> {
  for (const secret of secrets) {
    const claims = await verified(token, secret, wallMs);
    if (claims === 'other secret') continue;
    if (typeof claims === 'string') return { invalid: claims };
    const parsed = claimsSchema.safeParse(claims);
    if (!parsed.success) return { invalid: `The token's claims are wrong: ${inWords(parsed.error)}.` };
    const { stream, can, uid } = parsed.data;
    return { caller: { streams: stream, can, ...(uid !== undefined && { uid }) } };
  }
  return { invalid: 'The token is not signed with a secret of this node.' };
}

/** The claims, or in words why not. Only HS256 is taken, so a token cannot choose a weaker way, or none. */
async function verified(token: string, secret: string, wallMs: number): Promise<object | string> {
  try {
    const { payload } = await jwtVerify(token, await verifyingKey(secret), {
      algorithms: ['HS256'],
      currentDate: new Date(wallMs),
      clockTolerance: CLOCK_TOLERANCE_SECONDS,
    });
    return payload;
  } catch (error) {
    if (error instanceof errors.JWSSignatureVerificationFailed) return 'other secret';
    if (error instanceof errors.JWTExpired) return 'The token has expired.';
    if (error instanceof errors.JWTClaimValidationFailed) {
      return error.claim === 'nbf'
        ? 'The token is not valid yet.'
        : `The token's claim ${error.claim} does not hold.`;
    }
    return 'The token cannot be read.';
  }
}

/** Of the secrets that a node has: importing one takes as long as checking a token. */
const verifyingKeys = new Map<string, Promise<CryptoKey>>();

function verifyingKey(secret: string): Promise<CryptoKey> {
  const known = verifyingKeys.get(secret);
  if (known !== undefined) return known;
  const hmac = { name: 'HMAC', hash: 'SHA-256' };
  const imported = crypto.subtle.importKey('raw', keyOf(secret), hmac, false, ['verify']);
  verifyingKeys.set(secret, imported);
  return imported;
}

function isStreamPattern(text: string): boolean {
  return text === '*' || parseStreamId(text.endsWith('*') ? text.slice(0, -1) : text) !== undefined;
}

function keyOf(secret: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(secret);
}

function inWords({ issues }: z.ZodError): string {
  return issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ');
}
