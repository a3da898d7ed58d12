// @ts-check
/** The names that classes can have: the gateway's own rule, so that nobody waits for a class that cannot be. */

const STREAM_NAME_MAX_LENGTH = 128;

/** In words, for whoever chose another. */
export const STREAM_NAME_RULE =
  'A class name begins with a letter (a to z) or a digit, and has only these, dots, hyphens and underscores.';

/** @param {string} name */
export function isStreamName(name) {
  return name.length <= STREAM_NAME_MAX_LENGTH && /^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(name);
}

/** What a page says that was opened with another name. */
export const impossibleName = { title: 'No class can have this name', detail: STREAM_NAME_RULE };
