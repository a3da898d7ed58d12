/** A peer's session description (RFC 8866) as the values that we read, checked. */
import { parse, type SdpAttributes } from 'sdp-transform';
import { parseFingerprints } from './fingerprints.ts';
import { maxSections } from './limits.ts';
import { usefulLines } from './lines.ts';
import { SdpError } from './port.ts';
import { parseSection, type Section, type TransportAttributes } from './section.ts';

export interface Session {
  readonly sections: readonly Section[];
  /** The mids of the first BUNDLE group (RFC 9143), if there is one. */
  readonly bundle: readonly string[] | undefined;
  readonly iceLite: boolean;
  /** What the session says for all sections that do not say it themselves. */
  readonly transport: TransportAttributes;
}

/** Throws SdpError 400 when the text is not SDP or breaks its rules, and 422 past a limit. */
export function parseSession(text: string): Session {
  const lines = usefulLines(text);
  const parsed = parse(lines.text);
  if (parsed.media.length === 0) throw new SdpError(400, 'the SDP has no m-line, so there is no media');
  if (parsed.media.length > maxSections) {
    throw new SdpError(422, `the SDP has ${parsed.media.length} m-lines; at most ${maxSections} are taken`);
  }
  const sections = parsed.media.map((media, index) =>
    parseSection(media, index, parsed.direction, transportOf(media, lines.fingerprints[index + 1])),
  );
  refuseSharedMids(sections);
  const bundle = parsed.groups?.find(group => group.type === 'BUNDLE');
  return {
    sections,
    bundle: bundle && String(bundle.mids).trim().split(/ +/),
    iceLite: parsed.icelite !== undefined,
    transport: transportOf(parsed, lines.fingerprints[0]),
  };
}

function transportOf(attributes: SdpAttributes, fingerprints: readonly string[] = []): TransportAttributes {
  return {
    ufrag: textOf(attributes.iceUfrag),
    pwd: textOf(attributes.icePwd),
    setup: textOf(attributes.setup),
    fingerprints: parseFingerprints(fingerprints),
  };
}

/** The grammar makes a number of whatever looks like one. */
function textOf(value: string | number | undefined): string | undefined {
  return value === undefined ? undefined : String(value);
}

function refuseSharedMids(sections: readonly Section[]): void {
  const mids = new Set<string>();
  for (const { mid, label } of sections) {
    if (mids.has(mid)) throw new SdpError(400, `${label} has the mid "${mid}" of another m-line`);
    mids.add(mid);
  }
}
