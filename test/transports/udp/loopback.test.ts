import test from 'ava';
import { localAddresses } from '../../../transports/udp/addresses.ts';
import type { UdpSocket } from '../../../transports/udp/udp.socket.ts';
import { engines } from '../engines.ts';
import { recordingSink } from './recording-sink.ts';

const loopback = localAddresses({ loopback: 'always' }).filter(
  address => address === '127.0.0.1' || address === '::1',
);
const hasIpv6 = loopback.includes('::1');

const to = (socket: UdpSocket, address: string, localAddress = address) => ({
  localAddress,
  remoteAddress: address,
  remotePort: socket.port,
});

for (const { name, openSocket } of engines) {
  async function pair(t: { teardown(close: () => Promise<void>): void }, addresses: string[] = loopback) {
    const sinks = [recordingSink(), recordingSink()] as const;
    const server = await openSocket({ port: 0, addresses, sink: sinks[0] });
    t.teardown(() => server.close());
    const client = await openSocket({ port: 0, addresses, sink: sinks[1] });
    t.teardown(() => client.close());
    return { server, client, serverSink: sinks[0], clientSink: sinks[1] };
  }

  test(`${name}: one port on every address`, async t => {
    const { server, client } = await pair(t);
    t.deepEqual(server.addresses, loopback);
    t.true(server.port > 0);
    t.not(server.port, client.port);
  });

  for (const address of hasIpv6 ? ['127.0.0.1', '::1'] : ['127.0.0.1']) {
    test(`${name}: a datagram to ${address} comes with its path, and the answer goes back by it`, async t => {
      const { server, client, serverSink, clientSink } = await pair(t);
      client.send(Buffer.from('question'), to(server, address));
      client.flush();
      await serverSink.until(1);
      const question = serverSink.received[0]!;
      t.deepEqual(question, {
        text: 'question',
        path: { localAddress: address, remoteAddress: address, remotePort: client.port },
      });
      server.send(Buffer.from('answer'), question.path);
      server.flush();
      await clientSink.until(1);
      t.deepEqual(clientSink.received[0], { text: 'answer', path: to(server, address) });
    });
  }

  test(`${name}: an answer leaves by the address that was asked`, async t => {
    // All of 127.0.0.0/8 is loopback on Linux, which is where this runs.
    const { server, client, serverSink, clientSink } = await pair(t, ['127.0.0.1', '127.0.0.2']);
    client.send(Buffer.from('to 2'), to(server, '127.0.0.2', '127.0.0.1'));
    client.flush();
    await serverSink.until(1);
    t.is(serverSink.received[0]?.path.localAddress, '127.0.0.2');
    server.send(Buffer.from('from 2'), serverSink.received[0]!.path);
    server.flush();
    await clientSink.until(1);
    t.is(clientSink.received[0]?.path.remoteAddress, '127.0.0.2');
  });

  test(`${name}: datagrams of one wake-up are one batch, in order, and all are counted`, async t => {
    const { server, client, serverSink } = await pair(t);
    const texts = Array.from({ length: 40 }, (_, i) => `datagram ${i}`);
    for (const text of texts) client.send(Buffer.from(text), to(server, '127.0.0.1'));
    client.flush();
    await serverSink.until(40);
    t.deepEqual(
      serverSink.received.map(one => one.text),
      texts,
    );
    t.is(
      serverSink.batches.reduce((sum, count) => sum + count),
      40,
    );
    t.true(serverSink.batches.length < 40, `${serverSink.batches.length} batches`);
    const bytes = texts.join('').length;
    t.is(server.counters.datagramsReceived, 40);
    t.is(server.counters.bytesReceived, bytes);
    t.is(client.counters.datagramsSent, 40);
    t.is(client.counters.bytesSent, bytes);
    t.is(client.counters.sendErrors, 0);
  });

  test(`${name}: what cannot be sent is counted and never thrown`, async t => {
    const { server, client, serverSink } = await pair(t);
    client.send(Buffer.from('from elsewhere'), to(server, '127.0.0.1', '192.0.2.1'));
    client.send(Buffer.from('no port'), { ...to(server, '127.0.0.1'), remotePort: 0 });
    client.send(Buffer.from('no address'), { ...to(server, '127.0.0.1'), remoteAddress: 'nowhere' });
    client.send(new Uint8Array(70_000), to(server, '127.0.0.1'));
    client.send(Buffer.from('good'), to(server, '127.0.0.1'));
    client.flush();
    await serverSink.until(1);
    t.deepEqual(
      serverSink.received.map(one => one.text),
      ['good'],
    );
    t.is(client.counters.sendErrors, 4);
    t.is(client.counters.datagramsSent, 1);
  });

  test(`${name}: a closed port is free again, sends nothing and closes twice`, async t => {
    const { server, client } = await pair(t);
    const { port } = client;
    await client.close();
    await client.close();
    client.send(Buffer.from('too late'), to(server, '127.0.0.1'));
    client.flush();
    t.is(client.counters.sendErrors, 1);
    const again = await openSocket({ port, addresses: loopback, sink: recordingSink() });
    t.is(again.port, port);
    await again.close();
  });
}
