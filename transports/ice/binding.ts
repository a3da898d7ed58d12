/** How an ICE-lite agent judges and answers a Binding request (RFC 8445 section 7.3, RFC 8489 section 9.1.3). */
import type { IceCredentials } from '../sdp/port.ts';
import { buildStun, type StunToBuild } from '../stun/build.ts';
import type { HmacSha1 } from '../stun/hmac-sha1.ts';
import { integrityMatches } from '../stun/integrity.ts';
import type { StunError, StunMessage } from '../stun/message.ts';
import type { Path } from '../udp/path.ts';

/** One ICE generation: what an offer or answer, or an ICE restart, brought about. */
export interface Generation {
  readonly local: IceCredentials;
  /** Unknown until the peer's description has come. */
  remote: IceCredentials | undefined;
  /** A valid check with these credentials has come. */
  checked: boolean;
}

export type BindingRefusal =
  | 'missing credentials'
  | 'wrong credentials'
  | 'unknown attributes'
  | 'role conflict';

/** The response to send, and the generation that the request proved to belong to, or why it was refused. */
export interface Judgement {
  readonly response: Uint8Array;
  readonly verdict: Generation | BindingRefusal;
}

/** What a response is vouched for with. */
type Proof = Required<Pick<StunToBuild, 'password' | 'hmacSha1'>>;

/** Short phrases: an error must not make a response much longer than the request that asked for it. */
const ERRORS = {
  'missing credentials': { code: 400, reason: 'Bad Request' },
  'wrong credentials': { code: 401, reason: 'Unauthorized' },
  'unknown attributes': { code: 420, reason: 'Unknown Attribute' },
  'role conflict': { code: 487, reason: 'Role Conflict' },
} satisfies Record<BindingRefusal, StunError>;

/** Judges `request`, which `bytes` were parsed to, by the first of `generations` whose fragments it names. */
export function judgeBinding(
  request: StunMessage,
  bytes: Uint8Array,
  path: Path,
  generations: readonly Generation[],
  hmacSha1: HmacSha1,
): Judgement {
  const { integrityOffset } = request;
  const { username } = request.attributes;
  if (username === undefined || integrityOffset === undefined) return refuse(request, 'missing credentials');
  const generation = generations.find(candidate => isFor(candidate, username));
  if (generation === undefined) return refuse(request, 'wrong credentials');
  const password = generation.local.pwd;
  const proof = { password, hmacSha1 };
  if (!integrityMatches(bytes, integrityOffset, password, hmacSha1))
    return refuse(request, 'wrong credentials');
  if (request.unknownRequired.length > 0) return refuse(request, 'unknown attributes', proof);
  // A lite agent is always the controlled one and cannot change over, whatever the tie-breakers say (section 6.1.1).
  if (request.attributes.iceControlled !== undefined) return refuse(request, 'role conflict', proof);
  return { response: success(request, path, proof), verdict: generation };
}

/** USERNAME is our fragment, a colon and the peer's (RFC 8445 section 7.2.2). */
function isFor({ local, remote }: Generation, username: string): boolean {
  if (remote === undefined) return username.startsWith(`${local.ufrag}:`);
  return username === `${local.ufrag}:${remote.ufrag}`;
}

function success(request: StunMessage, path: Path, proof: Proof): Uint8Array {
  return buildStun({
    class: 'success',
    transactionId: request.transactionId,
    attributes: { xorMappedAddress: { address: path.remoteAddress, port: path.remotePort } },
    ...proof,
  });
}

/** Only a peer that has proved itself gets an error that is vouched for (RFC 8489 section 9.1.3). */
function refuse(request: StunMessage, refusal: BindingRefusal, proof?: Proof): Judgement {
  const response = buildStun({
    class: 'error',
    transactionId: request.transactionId,
    attributes: {
      error: ERRORS[refusal],
      ...(refusal === 'unknown attributes' && { unknownAttributes: request.unknownRequired }),
    },
    ...proof,
  });
  return { response, verdict: refusal };
}
