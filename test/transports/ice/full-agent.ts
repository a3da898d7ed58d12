/** The other side of an ICE-lite agent: makes the checks that a browser would send, and reads what comes back. */
import { seededRandom } from '../../../simulations/seeded-random.ts';
import { IceLite, type IceLiteOptions, type IceOutput } from '../../../transports/ice/ice-lite.ts';
import type { IceCredentials } from '../../../transports/sdp/port.ts';
import { buildStun } from '../../../transports/stun/build.ts';
import { parseStun, type StunAttributes, type StunMessage } from '../../../transports/stun/message.ts';
import type { Path } from '../../../transports/udp/path.ts';

export const LOCAL: IceCredentials = { ufrag: 'locaLuf1', pwd: 'local/password/of/24/ch1' };
export const REMOTE: IceCredentials = { ufrag: 'remo', pwd: 'remote/password/of/24/ch' };
export const LOCAL_2: IceCredentials = { ufrag: 'locaLuf2', pwd: 'local/password/of/24/ch2' };
export const REMOTE_2: IceCredentials = { ufrag: 'rem2', pwd: 'remote/password/the/2nd/' };

export const WIFI: Path = { localAddress: '10.0.0.1', remoteAddress: '192.0.2.7', remotePort: 40001 };
export const MOBILE: Path = { localAddress: '10.0.0.1', remoteAddress: '198.51.100.8', remotePort: 50002 };
/** The first one again, after a NAT forgot it. */
export const WIFI_REBOUND: Path = { ...WIFI, remotePort: 40099 };
export const IPV6: Path = { localAddress: '2001:db8::1', remoteAddress: '2001:db8::7', remotePort: 40003 };

export const START_MS = 1000;

export function liteAgent(options: Partial<IceLiteOptions> = {}): IceLite {
  return new IceLite({
    local: LOCAL,
    remote: REMOTE,
    nowMs: START_MS,
    random: seededRandom(8445),
    ...options,
  });
}

export interface CheckOptions {
  readonly local?: IceCredentials;
  readonly remote?: IceCredentials;
  readonly attributes?: StunAttributes;
}

export const TRANSACTION_ID = Uint8Array.from({ length: 12 }, (_, i) => i + 1);

/** A connectivity check; `local` and `remote` are as the agent under test sees them. */
export function check({ local = LOCAL, remote = REMOTE, attributes = {} }: CheckOptions = {}): Uint8Array {
  return buildStun({
    class: 'request',
    transactionId: TRANSACTION_ID,
    attributes: {
      username: `${local.ufrag}:${remote.ufrag}`,
      priority: 0x6e0001ff,
      iceControlling: 5n,
      ...attributes,
    },
    password: local.pwd,
  });
}

export const nomination = (options: CheckOptions = {}) =>
  check({ ...options, attributes: { useCandidate: true, ...options.attributes } });

export function drain(agent: IceLite): IceOutput[] {
  const outputs: IceOutput[] = [];
  for (let output = agent.poll(); output !== undefined; output = agent.poll()) outputs.push(output);
  return outputs;
}

/** The Binding requests of the agent's own since the last drain. */
export function requests(agent: IceLite): { message: StunMessage; bytes: Uint8Array; path: Path }[] {
  return drain(agent).flatMap(output => {
    const message = output.kind === 'send' ? parseStun(output.bytes) : undefined;
    return output.kind === 'send' && message?.class === 'request' ? [{ ...output, message }] : [];
  });
}

/** What a full agent answers to one of them. */
export function reply(
  request: StunMessage,
  remote = REMOTE,
  stunClass: 'success' | 'error' = 'success',
): Uint8Array {
  return buildStun({
    class: stunClass,
    transactionId: request.transactionId,
    attributes:
      stunClass === 'success'
        ? { xorMappedAddress: { address: '10.0.0.1', port: 7000 } }
        : { error: { code: 401, reason: 'Unauthorized' } },
    password: remote.pwd,
  });
}

/** Answers the one request that the agent has just sent, along the path by which it went. */
export function prove(agent: IceLite, nowMs: number, remote = REMOTE): void {
  const [request] = requests(agent);
  if (request === undefined) throw new Error('the agent asked nothing');
  agent.receive(nowMs, reply(request.message, remote), request.path);
}

/** The paths that the agent selected since the last drain. */
export function selections(agent: IceLite): Path[] {
  return drain(agent).flatMap(output => (output.kind === 'selected' ? [output.path] : []));
}

/** What the agent answers to `bytes`: the message, the datagram and where it went. */
export function answer(
  agent: IceLite,
  bytes: Uint8Array,
  path: Path = WIFI,
  nowMs: number = START_MS,
): { message: StunMessage; bytes: Uint8Array; path: Path } | undefined {
  agent.receive(nowMs, bytes, path);
  const sent = drain(agent).find(output => output.kind === 'send');
  return sent && { message: parseStun(sent.bytes)!, bytes: sent.bytes, path: sent.path };
}
