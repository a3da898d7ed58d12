/** What whoever starts a node is to know of its configuration, though it is as it may be. Pure. */
import type { Config } from '../actors/config/schema.ts';

const PLAIN_RTP =
  'media.encryption is off: viewers that ask for it get plain RTP, which whoever is on the way can read and change';

/** `carriesMedia`: it has core shards. */
export function configWarnings({ cluster, media, relay }: Config, carriesMedia: boolean): readonly string[] {
  if (!carriesMedia) return [];
  const isImpaired = relay.impairment !== undefined && cluster.keysFile !== undefined;
  return [
    ...(media.encryption === 'off' ? [PLAIN_RTP] : []),
    ...(isImpaired
      ? [
          `relay.impairment is ${relay.impairment}: what relay links bring from other sites is delayed or lost on purpose, for trials`,
        ]
      : []),
  ];
}
