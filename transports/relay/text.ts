/** Texts that came from, or go to, another node. */
import { REASON_MAX_LENGTH, STREAM_MAX_LENGTH } from './limits.ts';

/** One line that moves no terminal's cursor, and not a long one. */
export function printable(text: string): string {
  return text.slice(0, REASON_MAX_LENGTH).replaceAll(/\p{C}/gu, ' ');
}

/** The names that a stream can have: what is safe in URLs, paths and metrics without escaping. */
const streamName = /^[A-Za-z0-9][A-Za-z0-9._-]*$/;

export function isStreamName(value: unknown): value is string {
  return typeof value === 'string' && value.length <= STREAM_MAX_LENGTH && streamName.test(value);
}

/** Bytes as text, without throwing: what is not UTF-8 becomes replacement characters. */
export function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString();
}
