/** The other side of an ICE-lite agent: makes the checks that a browser would send, and reads what comes back. */
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
export const IPV6: Path = { localAddress: '2001:db8::1', remoteAddress: '2001:db8::7', remotePort: 40003 };

export const START_MS = 1000;

export function liteAgent(options: Partial<IceLiteOptions> = {}): IceLite {
  return new IceLite({ local: LOCAL, remote: REMOTE, nowMs: START_MS, ...options });
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
