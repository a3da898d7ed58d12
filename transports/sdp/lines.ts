/** The lines of a session description, before the grammar looks at them. */
import { maxSdpCharacters, maxSdpLines } from './limits.ts';
import { SdpError } from './port.ts';

/** The attributes that we read; the rest would only cost time in the grammar's regular expressions. */
const attributesRead = new Set([
  'bundle-only',
  'extmap',
  'fmtp',
  'group',
  'ice-lite',
  'inactive',
  'mid',
  'recvonly',
  'rtcp-fb',
  'rtcp-mux',
  'rtcp-mux-only',
  'rtcp-rsize',
  'rtpmap',
  'sendonly',
  'sendrecv',
  'setup',
  'ssrc',
  'ssrc-group',
]);

export interface UsefulLines {
  /** Without what is the peer's own: two browsers of one kind say the same here. */
  readonly text: string;
  /** What is the peer's own: of the session, and then of each media section. */
  readonly own: readonly OwnLines[];
}

/** Of the session or a section. */
export interface OwnLines {
  /** The last `a=ice-ufrag` and `a=ice-pwd`, up to the first space. */
  readonly ufrag: string | undefined;
  readonly pwd: string | undefined;
  /** The values of `a=fingerprint`: of several any may be the peer's (RFC 8122 section 5). */
  readonly fingerprints: readonly string[];
}

/** Splits a text into its lines. Throws SdpError 400 when it is too long. */
export function splitLines(text: string): string[] {
  if (text.length > maxSdpCharacters) {
    throw new SdpError(400, `the SDP has ${text.length} characters; at most ${maxSdpCharacters} are read`);
  }
  const lines = text.split(/\r\n|\r|\n/);
  if (lines.length > maxSdpLines) {
    throw new SdpError(400, `the SDP has ${lines.length} lines; at most ${maxSdpLines} are read`);
  }
  return lines;
}

/** Keeps the lines that we read. Throws SdpError 400 for what is too long or does not begin as SDP does. */
export function usefulLines(text: string): UsefulLines {
  const kept: string[] = [];
  let own = noneYet();
  const all = [own];
  const lines = splitLines(text);
  if (lines[0] !== 'v=0') {
    throw new SdpError(400, 'this is not SDP: the first line has to be "v=0" (RFC 8866 section 5.1)');
  }
  for (const line of lines) {
    if (line.startsWith('a=')) {
      const name = attributeName(line);
      if (name === 'fingerprint') own.fingerprints.push(line.slice('a=fingerprint:'.length));
      else if (name === 'ice-ufrag') own.ufrag = firstWord(line, 'a=ice-ufrag:') ?? own.ufrag;
      else if (name === 'ice-pwd') own.pwd = firstWord(line, 'a=ice-pwd:') ?? own.pwd;
      else if (attributesRead.has(name)) kept.push(line);
    } else if (line.startsWith('m=')) {
      own = noneYet();
      all.push(own);
      kept.push(line);
    }
  }
  return { text: kept.join('\n'), own: all };
}

function noneYet(): { -readonly [K in keyof OwnLines]: OwnLines[K] } & { fingerprints: string[] } {
  return { ufrag: undefined, pwd: undefined, fingerprints: [] };
}

/** The value up to the first space, of a line that has one. */
function firstWord(line: string, prefix: string): string | undefined {
  return line.startsWith(prefix) ? line.slice(prefix.length).split(/\s/, 1)[0] : undefined;
}

function attributeName(line: string): string {
  const colon = line.indexOf(':');
  return colon < 0 ? line.slice(2) : line.slice(2, colon);
}
