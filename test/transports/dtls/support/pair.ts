/** A client and a server with a network between them, in virtual time. */
import test, { type ExecutionContext } from 'ava';
import {
  type DtlsCertificate,
  fingerprintOf,
  makeCertificate,
} from '../../../../transports/dtls/certificate.ts';
import type { DtlsOutput, Fingerprint } from '../../../../transports/dtls/port.ts';
import { type DtlsServer, makeDtlsServerFactory } from '../../../../transports/dtls/server.ts';
import { loadAddon } from '../../../../transports/native/addon.ts';
import { makeNativeDtlsFactory } from '../../../../transports/native/dtls.ts';
import type { SrtpKeys } from '../../../../transports/srtp/port.ts';
import { type Identity, makeIdentity } from './identities.ts';
import { seededRandom } from './seeded-random.ts';
import { TestClient, type TestClientOptions } from './test-client.ts';

export const IDENTITY: Identity = await makeIdentity();
export const SERVER_CERTIFICATE: DtlsCertificate = await makeCertificate(Date.UTC(2026, 0, 1));
export const START_MS = 5000;
const DELAY_MS = 10;

export type Direction = 'to server' | 'to client';
export interface Passing {
  readonly direction: Direction;
  /** Counts the datagrams of both directions, from 0. */
  readonly index: number;
  readonly bytes: Uint8Array;
  readonly atMs: number;
}
/** After how many milliseconds each copy of a datagram arrives; none for one that is lost. */
export type Network = (passing: Passing) => readonly number[];

export const faultless: Network = () => [DELAY_MS];

export interface Pair {
  readonly client: TestClient;
  readonly server: DtlsServer;
  /** What the server put out, but for datagrams. */
  readonly outcomes: Exclude<DtlsOutput, { kind: 'send' }>[];
  readonly passed: Passing[];
  nowMs: number;
}

/** Who computes the server's handshakes: node:crypto from TypeScript, or OpenSSL in the addon. */
export class Engine {
  readonly name: string;
  readonly #makeServer: (fingerprints: readonly Fingerprint[]) => DtlsServer;

  constructor(name: string, makeServer: (fingerprints: readonly Fingerprint[]) => DtlsServer) {
    this.name = name;
    this.#makeServer = makeServer;
  }

  makeServer(
    fingerprints: readonly Fingerprint[] = [fingerprintOf(IDENTITY.certificateDer, 'sha-256')],
  ): DtlsServer {
    return this.#makeServer(fingerprints);
  }

  makePair(
    options: Partial<TestClientOptions> = {},
    fingerprints: readonly Fingerprint[] = [
      fingerprintOf((options.identity ?? IDENTITY).certificateDer, 'sha-256'),
    ],
  ): Pair {
    const client = new TestClient({ identity: IDENTITY, ...options });
    client.start(START_MS);
    return { client, server: this.makeServer(fingerprints), outcomes: [], passed: [], nowMs: START_MS };
  }

  /** A pair that has come up without a fault. */
  connectedPair(options: Partial<TestClientOptions> = {}): Pair & { keys: SrtpKeys } {
    const pair = run(this.makePair(options));
    const [connected] = pair.outcomes.splice(0);
    if (connected?.kind !== 'connected' || !pair.client.isConnected)
      throw new Error(`not connected: ${JSON.stringify(connected)}, ${pair.client.failure}`);
    return Object.assign(pair, { keys: connected.keys });
  }
}

const addon = loadAddon();
if (typeof addon === 'string') throw new Error(`the native engine is not built: ${addon}`);
const random = seededRandom();

export const PORTABLE = new Engine(
  'portable',
  makeDtlsServerFactory({ certificate: SERVER_CERTIFICATE, random }),
);
export const NATIVE = new Engine('native', makeNativeDtlsFactory(addon, SERVER_CERTIFICATE));

/** A test of either engine's. */
export function eachEngine(
  title: string,
  implementation: (t: ExecutionContext, dtls: Engine) => void | Promise<void>,
): void {
  for (const engine of [PORTABLE, NATIVE]) test(`${title} (${engine.name})`, t => implementation(t, engine));
}

/** Runs until nothing is under way and no timer is set, or until `untilMs`. */
export function run(pair: Pair, network: Network = faultless, untilMs = START_MS + 60_000): Pair {
  const { client, server, outcomes, passed } = pair;
  const underWay: { atMs: number; direction: Direction; bytes: Uint8Array }[] = [];
  const pass = (direction: Direction, bytes: Uint8Array) => {
    const passing = { direction, index: passed.length, bytes, atMs: pair.nowMs };
    passed.push(passing);
    for (const delayMs of network(passing)) underWay.push({ atMs: pair.nowMs + delayMs, direction, bytes });
  };
  for (;;) {
    for (let bytes = client.poll(); bytes; bytes = client.poll()) pass('to server', bytes);
    for (let output = server.poll(); output; output = server.poll()) {
      if (output.kind === 'send') pass('to client', output.bytes);
      else outcomes.push(output);
    }
    const timers = [client.deadline()?.atMs, server.deadline()?.atMs].filter(atMs => atMs !== undefined);
    const nextMs = Math.min(...timers, ...underWay.map(one => one.atMs));
    if (nextMs > untilMs) return pair;
    pair.nowMs = Math.max(pair.nowMs, nextMs);
    const arrived = underWay.findIndex(one => one.atMs <= pair.nowMs);
    if (arrived < 0) {
      client.advance(pair.nowMs);
      server.advance(pair.nowMs);
      continue;
    }
    const [{ direction, bytes }] = underWay.splice(arrived, 1) as [(typeof underWay)[number]];
    // What is handed in is on loan: a core that keeps it without a copy is found out.
    const loan = Uint8Array.from(bytes);
    if (direction === 'to client') client.receive(pair.nowMs, bytes);
    else server.receive(pair.nowMs, loan);
    loan.fill(0xee);
  }
}

export function plain(keys: SrtpKeys | undefined) {
  return (
    keys &&
    Object.fromEntries(
      Object.entries(keys).map(([name, value]) => [
        name,
        typeof value === 'string' ? value : Buffer.from(value).toString('hex'),
      ]),
    )
  );
}

/** The keys that the server came up with, or why it did not, in one word and a reason. */
export function outcome(pair: Pair): string {
  return pair.outcomes.map(one => (one.kind === 'failed' ? `failed: ${one.reason}` : one.kind)).join('; ');
}
