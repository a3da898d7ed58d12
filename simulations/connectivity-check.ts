/** What a controlling full ICE agent says to an ICE-lite one (RFC 8445 section 7), as browsers do to the server. */
import type { Random } from '../transports/random.ts';
import type { IceCredentials } from '../transports/sdp/port.ts';
import { buildStun } from '../transports/stun/build.ts';
import { integrityMatches } from '../transports/stun/integrity.ts';
import type { StunMessage } from '../transports/stun/message.ts';
import type { Path } from '../transports/udp/path.ts';

/** Between checks on the pair in use, as browsers have it. */
export const CHECK_INTERVAL_MS = 2500;
/** Until the first answer. */
export const FIRST_CHECK_INTERVAL_MS = 100;

/** The agent's own credentials, and the server's. */
export interface IcePair {
  readonly local: IceCredentials;
  readonly remote: IceCredentials;
}

export function connectivityCheck(
  random: Random,
  { local, remote }: IcePair,
  nominates: boolean,
): Uint8Array {
  return buildStun({
    class: 'request',
    transactionId: random.bytes(12),
    attributes: {
      username: `${remote.ufrag}:${local.ufrag}`,
      priority: 1,
      useCandidate: nominates,
      iceControlling: 1n,
    },
    password: remote.pwd,
  });
}

/** The answer to a check of the server's own, which came by `path`; nothing for one that is not authentic. */
export function answerToCheck(
  { local, remote }: IcePair,
  request: StunMessage,
  bytes: Uint8Array,
  path: Pick<Path, 'remoteAddress' | 'remotePort'>,
): Uint8Array | undefined {
  const { attributes, integrityOffset, transactionId } = request;
  if (attributes.username !== `${local.ufrag}:${remote.ufrag}` || attributes.iceControlled === undefined)
    return undefined;
  if (integrityOffset === undefined || !integrityMatches(bytes, integrityOffset, local.pwd)) return undefined;
  return buildStun({
    class: 'success',
    transactionId,
    attributes: { xorMappedAddress: { address: path.remoteAddress, port: path.remotePort } },
    password: local.pwd,
  });
}
