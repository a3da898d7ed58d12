/** Request bodies: read up to a limit, of the type asked for, parsed into what was asked for, or refused in words. */
import type { Context } from 'koa';
import type { z } from 'zod';
import { type FieldError, problem } from './problem.ts';

/** A browser's offer with every codec and a dozen candidates has about 10 kB; JSON's escapes do not double it. */
export const BODY_LIMIT_BYTES = 256 * 1024;

/**
 * What is still read, to throw away, of a body that is too long: most clients send all of it before they listen, and
 * would see a broken connection in place of the answer. Who sends yet more is not such a client.
 */
const DISCARD_LIMIT_BYTES = 4 * BODY_LIMIT_BYTES;

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** The media type of the body in lower case, without parameters; empty when there is none. */
export function mediaType(ctx: Context): string {
  return ctx.get('Content-Type').split(';', 1)[0]!.trim().toLowerCase();
}

/** The body as text. Throws problem 413 when too long, 415 when compressed, 400 when not UTF-8. */
export async function readText(ctx: Context): Promise<string> {
  const encoding = ctx.get('Content-Encoding');
  if (encoding !== '' && encoding !== 'identity') throw problem(415, 'The body must not be compressed.');
  const bytes = await readBytes(ctx);
  try {
    return utf8.decode(bytes);
  } catch {
    throw problem(400, 'The body is not UTF-8.');
  }
}

/** The JSON body as `schema` has it. Throws problem 415 for another type, 400 for what is not JSON or not the schema. */
export async function readJson<T>(ctx: Context, schema: z.ZodType<T>): Promise<T> {
  if (mediaType(ctx) !== 'application/json') {
    throw problem(415, 'The Content-Type must be application/json.', {
      headers: { Accept: 'application/json' },
    });
  }
  const text = await readText(ctx);
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    const reason = text === '' ? 'is empty' : `is not JSON: ${(error as Error).message}`;
    throw problem(400, `The body ${reason}.`);
  }
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  const errors = parsed.error.issues.map(fieldError);
  const detail = errors.map(({ field, detail }) => `${field}: ${detail}`).join('; ');
  throw problem(400, detail, { title: 'Wrong fields', errors });
}

function fieldError(issue: z.core.$ZodIssue): FieldError {
  return { field: issue.path.join('.') || 'body', detail: issue.message };
}

async function readBytes(ctx: Context): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let byteCount = 0;
  for await (const chunk of ctx.req as AsyncIterable<Buffer>) {
    byteCount += chunk.length;
    if (byteCount <= BODY_LIMIT_BYTES) chunks.push(chunk);
    else chunks.length = 0;
    if (byteCount > DISCARD_LIMIT_BYTES) break;
  }
  if (byteCount > BODY_LIMIT_BYTES) {
    throw problem(413, `The body is longer than ${BODY_LIMIT_BYTES} bytes.`, {
      headers: { Connection: 'close' },
    });
  }
  return Buffer.concat(chunks);
}
