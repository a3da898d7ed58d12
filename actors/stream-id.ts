/**
 * The names of streams. A name goes into URLs, actor paths, file names and metrics, so it has a grammar that is safe in
 * all of them: it never needs escaping, and can be neither `.` nor `..`.
 */

/** Longer names than this say nothing more to people, and every relay frame's routing table would carry them. */
export const STREAM_ID_MAX_LENGTH = 128;

/** The grammar in words, for whoever got it wrong. */
export const STREAM_ID_RULE =
  `must be 1 to ${STREAM_ID_MAX_LENGTH} letters, digits, dots, underscores and hyphens, ` +
  'and begin with a letter or a digit';

const STREAM_ID = /^[A-Za-z0-9][A-Za-z0-9._-]*$/;

/** The stream id, or undefined when `text` is not one. */
export function parseStreamId(text: string): string | undefined {
  return text.length <= STREAM_ID_MAX_LENGTH && STREAM_ID.test(text) ? text : undefined;
}
