/**
 * Descriptions of viewers: a class has thousands, of whom each says the same as many others but for what is its own. So what
 * they say is parsed once for all who say it.
 */
import { Remembered } from './remembered.ts';
import { type Description, parseDescription, parseSession, type Session } from './session.ts';

/** Browsers have a handful of versions and codecs in use at a time, each with its own words for an offer and for an answer. */
const MOST_KINDS = 64;
/** As long as an answer with every codec gets; all of them together are 1 MB. */
const MOST_CHARACTERS = 8 * 1024;

const descriptions = new Remembered<Description>(MOST_KINDS, MOST_CHARACTERS);

/** As `parseSession` has it. */
export function parseViewerSession(text: string): Session {
  return parseSession(text, useful => descriptions.get(useful, parseDescription));
}
