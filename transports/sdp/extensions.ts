/** Header extensions (RFC 8285): which of them each kind of media uses, and under which ids a peer has them. */
import type { SdpAttributes } from 'sdp-transform';
import type { MediaKind } from '../rtp/codec.ts';
import { type ExtensionIds, type ExtensionName, extensionUris } from '../rtp/header-extensions.ts';
import type { Section } from './section.ts';

/** What a publisher may send us. How long to wait before playing is ours to say, so we do not ask for it. */
export const publisherExtensions: Record<MediaKind, readonly ExtensionName[]> = {
  audio: ['mid', 'audioLevel', 'transportWideCc'],
  video: ['mid', 'videoOrientation', 'transportWideCc'],
};

/** What we send to viewers. There is no estimate of their bandwidth yet, so nothing is numbered for one. */
export const viewerExtensions: Record<MediaKind, readonly ExtensionName[]> = {
  audio: ['mid', 'audioLevel'],
  video: ['mid', 'videoOrientation', 'playoutDelay'],
};

/** The ids under which the peer of a section has the extensions of `names`; `peer` is who would send them. */
export function matchExtensions(
  section: Section,
  names: readonly ExtensionName[],
  peer: 'sends' | 'receives',
): ExtensionIds {
  const against = peer === 'sends' ? 'recvonly' : 'sendonly';
  const ids: ExtensionIds = {};
  for (const name of names) {
    const found = section.extensions.find(({ uri }) => uri === extensionUris[name]);
    if (found !== undefined && found.direction !== against && found.direction !== 'inactive')
      ids[name] = found.id;
  }
  return ids;
}

/** The a=extmap lines for `ids`. */
export function extensionLines(ids: ExtensionIds): NonNullable<SdpAttributes['ext']> {
  const names = Object.keys(extensionUris) as ExtensionName[];
  return names.flatMap(name => {
    const value = ids[name];
    return value === undefined ? [] : [{ value, uri: extensionUris[name] }];
  });
}
