import test, { type ExecutionContext } from 'ava';
import { DtlsClient } from '../../../simulations/load/dtls-client.ts';
import { ClientHandshake, mirroredKeys } from '../../../simulations/load/dtls-client-handshake.ts';
import { NativeClientHandshake } from '../../../simulations/load/native-client-handshake.ts';
import { seededRandom } from '../../../simulations/seeded-random.ts';
import { makeCertificate } from '../../../transports/dtls/certificate.ts';
import type { DtlsEndpoint, DtlsOutput, Fingerprint } from '../../../transports/dtls/port.ts';
import { type DtlsServer, makeDtlsServerFactory } from '../../../transports/dtls/server.ts';
import { loadAddon } from '../../../transports/native/addon.ts';
import { makeDtlsContext, makeNativeDtlsFactory } from '../../../transports/native/dtls.ts';
import type { SrtpKeys } from '../../../transports/srtp/port.ts';
import { plain } from '../../transports/dtls/support/pair.ts';

const serverCertificate = await makeCertificate(Date.UTC(2026, 0, 1));
const clientCertificate = await makeCertificate(Date.UTC(2026, 0, 1));
const DELAY_MS = 10;
const DATAGRAMS = 6;

interface Ends {
  readonly client: DtlsClient;
  readonly server: DtlsServer;
  readonly clientSaid: DtlsOutput[];
  readonly serverSaid: DtlsOutput[];
}

type Maker = 'portable' | 'native';

const addon = loadAddon();
if (typeof addon === 'string') throw new Error(`the native engine is not built: ${addon}`);
const random = seededRandom(5764);
const clientContext = makeDtlsContext(addon, false, clientCertificate);
const makeServer = {
  portable: makeDtlsServerFactory({ certificate: serverCertificate, random }),
  native: makeNativeDtlsFactory(addon, serverCertificate),
};
const makeClientHandshake = {
  portable: (remoteFingerprints: readonly Fingerprint[]) =>
    new ClientHandshake({ certificate: clientCertificate, remoteFingerprints, random }),
  native: (remoteFingerprints: readonly Fingerprint[]) =>
    new NativeClientHandshake(addon, clientContext, remoteFingerprints),
};

/** Who computes each side's handshake. */
interface Makers {
  readonly client: Maker;
  readonly server: Maker;
}

/** A test of every pair of them. */
function eachPair(title: string, implementation: (t: ExecutionContext, makers: Makers) => void): void {
  for (const client of ['portable', 'native'] as const)
    for (const server of ['portable', 'native'] as const)
      test(`${title} (${client} client, ${server} server)`, t => implementation(t, { client, server }));
}

function ends(
  makers: Makers,
  promisedOfServer = serverCertificate.fingerprint,
  promisedOfClient = clientCertificate.fingerprint,
): Ends {
  const client = new DtlsClient(makeClientHandshake[makers.client]([promisedOfServer]));
  const server = makeServer[makers.server]([promisedOfClient]);
  return { client, server, clientSaid: [], serverSaid: [] };
}

/** Lets both talk in virtual time until neither wants anything; `isLost` decides about each datagram by its number. */
function talk({ client, server, clientSaid, serverSaid }: Ends, isLost: (index: number) => boolean): void {
  const underWay: { atMs: number; to: DtlsEndpoint; bytes: Uint8Array }[] = [];
  let nowMs = 0;
  let count = 0;
  const drain = (from: DtlsEndpoint, to: DtlsEndpoint, said: DtlsOutput[]) => {
    for (let output = from.poll(); output !== undefined; output = from.poll()) {
      if (output.kind !== 'send') said.push(output);
      else if (!isLost(count++)) underWay.push({ atMs: nowMs + DELAY_MS, to, bytes: output.bytes });
    }
  };
  client.start(nowMs);
  for (;;) {
    drain(client, server, clientSaid);
    drain(server, client, serverSaid);
    const timers = [client.deadline()?.atMs, server.deadline()?.atMs].filter(atMs => atMs !== undefined);
    const nextMs = Math.min(...timers, ...underWay.map(({ atMs }) => atMs));
    if (nextMs === Number.POSITIVE_INFINITY) return;
    nowMs = nextMs;
    const index = underWay.findIndex(({ atMs }) => atMs <= nowMs);
    const [datagram] = index < 0 ? [] : underWay.splice(index, 1);
    if (datagram !== undefined) datagram.to.receive(nowMs, datagram.bytes);
    client.advance(nowMs);
    server.advance(nowMs);
  }
}

function keysOf(said: readonly DtlsOutput[]): SrtpKeys {
  const [output] = said;
  if (output?.kind !== 'connected') throw new Error(`not connected: ${JSON.stringify(output)}`);
  return output.keys;
}

eachPair('client and server make the same keys', (t, makers) => {
  const pair = ends(makers);
  talk(pair, () => false);
  t.deepEqual(plain(keysOf(pair.clientSaid)), plain(mirroredKeys(keysOf(pair.serverSaid))));
  t.is(pair.client.refused, 0);
  t.is(pair.server.counters.repeatedFlights, 0);
});

eachPair('any one datagram may be lost', (t, makers) => {
  for (let lost = 0; lost < DATAGRAMS; lost += 1) {
    const pair = ends(makers);
    talk(pair, index => index === lost);
    t.deepEqual(
      plain(keysOf(pair.clientSaid)),
      plain(mirroredKeys(keysOf(pair.serverSaid))),
      `without datagram ${lost}`,
    );
  }
});

eachPair('a server with another certificate than its SDP promised is refused', (t, makers) => {
  const pair = ends(makers, clientCertificate.fingerprint);
  talk(pair, () => false);
  t.like(pair.clientSaid[0], {
    kind: 'failed',
    reason: "the server's certificate does not match the fingerprint in its SDP",
  });
  t.like(pair.serverSaid[0], { kind: 'failed', reason: 'DTLS alert from the client: bad_certificate' });
});

eachPair('a server that does not take our certificate ends it', (t, makers) => {
  const pair = ends(makers, serverCertificate.fingerprint, serverCertificate.fingerprint);
  talk(pair, () => false);
  t.like(pair.clientSaid[0], { kind: 'failed', reason: 'DTLS alert from the server: bad_certificate' });
});

eachPair('where nothing gets through the client gives up', (t, makers) => {
  const pair = ends(makers);
  talk(pair, () => true);
  t.like(pair.clientSaid[0], { kind: 'failed', reason: 'the DTLS handshake was not complete within 20 s' });
});

eachPair('a goodbye is heard by the server', (t, makers) => {
  const pair = ends(makers);
  talk(pair, () => false);
  pair.client.close(1000);
  const goodbye = pair.client.poll();
  if (goodbye?.kind === 'send') pair.server.receive(1010, goodbye.bytes);
  const said = [pair.server.poll(), pair.server.poll()].map(output => output?.kind);
  t.deepEqual(said, ['send', 'closed']);
});
