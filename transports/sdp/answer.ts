/** What an answer comes to, once it is known which sections of the offer are taken, and as what. */
import type { SdpMedia } from 'sdp-transform';
import type { LocalTransport, RemoteTransport } from './port.ts';
import type { Section } from './section.ts';
import type { Session } from './session.ts';
import { remoteTransport } from './transport.ts';
import { rejectedSection, writeSession } from './write.ts';

export interface Answer<Media> {
  readonly sdp: string;
  readonly remote: RemoteTransport;
  readonly media: readonly Media[];
}

/** Every section of the offer has its place in the answer; those that were not taken are turned down. */
export function answerTo<Media>(
  session: Session,
  accepted: ReadonlyMap<Section, { readonly media: Media; readonly lines: SdpMedia }>,
  local: LocalTransport,
): Answer<Media> {
  const taken = [...accepted.keys()];
  return {
    remote: remoteTransport(session, taken, 'offer'),
    media: [...accepted.values()].map(({ media }) => media),
    sdp: writeSession(
      local,
      session.sections.map(section => accepted.get(section)?.lines ?? rejectedSection(section)),
      session.bundle === undefined ? [] : taken.map(({ mid }) => mid),
    ),
  };
}
