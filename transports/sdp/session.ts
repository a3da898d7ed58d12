/** A peer's session description (RFC 8866) as the values that we read, checked. */
import { parse } from 'sdp-transform';
import { parseFingerprints } from './fingerprints.ts';
import { maxSections } from './limits.ts';
import { type OwnLines, usefulLines } from './lines.ts';
import { SdpError } from './port.ts';
import {
  type MediaSection,
  parseSection,
  type Section,
  type TransportAttributes,
  textOf,
} from './section.ts';

export interface Session {
  readonly sections: readonly Section[];
  /** The mids of the first BUNDLE group (RFC 9143), if there is one. */
  readonly bundle: readonly string[] | undefined;
  readonly iceLite: boolean;
  /** What the session says for all sections that do not say it themselves. */
  readonly transport: TransportAttributes;
}

/** What a description says but for what is the peer's own, so that many peers may share one. */
export interface Description extends Pick<Session, 'bundle' | 'iceLite'> {
  readonly sections: readonly MediaSection[];
  readonly setup: string | undefined;
}

/**
 * `described` makes a Description of its text; by default it is parsed. Throws SdpError 400 when the text is not SDP or
 * breaks its rules, and 422 past a limit.
 */
export function parseSession(
  text: string,
  described: (text: string) => Description = parseDescription,
): Session {
  const lines = usefulLines(text);
  const { sections, setup, ...session } = described(lines.text);
  return {
    ...session,
    sections: sections.map((section, index) => ({
      ...section,
      transport: transportOf(section.setup, lines.own[index + 1]),
    })),
    transport: transportOf(setup, lines.own[0]),
  };
}

/** Of the text that `usefulLines` has left. Throws as `parseSession` does. */
export function parseDescription(text: string): Description {
  const parsed = parse(text);
  if (parsed.media.length === 0) throw new SdpError(400, 'the SDP has no m-line, so there is no media');
  if (parsed.media.length > maxSections) {
    throw new SdpError(422, `the SDP has ${parsed.media.length} m-lines; at most ${maxSections} are taken`);
  }
  const sections = parsed.media.map((media, index) => parseSection(media, index, parsed.direction));
  refuseSharedMids(sections);
  const bundle = parsed.groups?.find(group => group.type === 'BUNDLE');
  return {
    sections,
    bundle: bundle && String(bundle.mids).trim().split(/ +/),
    iceLite: parsed.icelite !== undefined,
    setup: textOf(parsed.setup),
  };
}

function transportOf(setup: string | undefined, own: OwnLines | undefined): TransportAttributes {
  return {
    setup,
    ufrag: own?.ufrag,
    pwd: own?.pwd,
    fingerprints: parseFingerprints(own?.fingerprints ?? []),
  };
}

function refuseSharedMids(sections: readonly MediaSection[]): void {
  const mids = new Set<string>();
  for (const { mid, label } of sections) {
    if (mids.has(mid)) throw new SdpError(400, `${label} has the mid "${mid}" of another m-line`);
    mids.add(mid);
  }
}
