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
  'ice-pwd',
  'ice-ufrag',
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
  readonly text: string;
  /**
   * The values of `a=fingerprint`, for the session and then for each media section: the grammar would keep only the
   * last one of several, of which any may be the peer's (RFC 8122 section 5).
   */
  readonly fingerprints: readonly (readonly string[])[];
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
  let section: string[] = [];
  const fingerprints = [section];
  const lines = splitLines(text);
  if (lines[0] !== 'v=0') {
    throw new SdpError(400, 'this is not SDP: the first line has to be "v=0" (RFC 8866 section 5.1)');
  }
  for (const line of lines) {
    if (line.startsWith('a=')) {
      const name = attributeName(line);
      if (name === 'fingerprint') section.push(line.slice('a=fingerprint:'.length));
      else if (attributesRead.has(name)) kept.push(line);
    } else if (line.startsWith('m=')) {
      section = [];
      fingerprints.push(section);
      kept.push(line);
    }
  }
  return { text: kept.join('\n'), fingerprints };
}

function attributeName(line: string): string {
  const colon = line.indexOf(':');
  return colon < 0 ? line.slice(2) : line.slice(2, colon);
}
