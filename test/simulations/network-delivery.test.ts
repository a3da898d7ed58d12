import test from 'ava';
import { EAST, eastToWest, ignore, PORT, WEST, world } from './network-world.ts';

test('a datagram arrives after the delay of its link, with the path as the receiver sees it', t => {
  const { clock, arrivals, send } = world({ delayMs: 25 });
  send();
  clock.turnTo(24.9);
  t.deepEqual(arrivals, []);
  clock.turnTo(25);
  t.deepEqual(arrivals, [
    { atMs: 25, number: 0, path: { localAddress: WEST, remoteAddress: EAST, remotePort: PORT } },
  ]);
});

test('nothing is delivered within the call that sends, even without delay', t => {
  const { clock, arrivals, send } = world();
  send();
  t.is(arrivals.length, 0);
  clock.turnTo(0);
  t.is(arrivals.length, 1);
});

test('what arrives together is one batch, and sets one timer', t => {
  const { clock, batches, send } = world({ delayMs: 5 });
  send(3);
  t.is(clock.pendingTimers, 1);
  clock.turnTo(1);
  send(2);
  t.is(clock.pendingTimers, 1);
  clock.turnTo(10);
  t.deepEqual(batches, [3, 2]);
  t.is(clock.pendingTimers, 0);
});

test('an answer that a receiver sends at once belongs to a later wake-up', t => {
  const { clock, network, send, arrivals } = world();
  const order: string[] = [];
  const echo = network.open({
    addresses: [WEST],
    port: 1,
    sink: {
      receive: (bytes, path) => {
        order.push(`echo ${bytes.length}`);
        if (order.length < 6) echo.send(bytes, { ...path, remoteAddress: WEST, remotePort: 1 });
      },
      batchEnd: () => order.push('end'),
    },
  });
  echo.send(Buffer.alloc(9), { localAddress: WEST, remoteAddress: WEST, remotePort: 1 });
  send();
  clock.turnTo(0);
  t.deepEqual(order, ['echo 9', 'end', 'echo 9', 'end', 'echo 9', 'end', 'echo 9', 'end']);
  t.is(arrivals.length, 1);
});

test('the receiver has the bytes to itself', t => {
  const { clock, network, east } = world({ duplicate: 1 });
  const seen: string[] = [];
  const sent = Buffer.from('plain');
  network.open({
    addresses: [WEST],
    port: 9,
    sink: {
      ...ignore,
      receive: bytes => {
        seen.push(Buffer.from(bytes).toString());
        bytes.fill(0);
      },
    },
  });
  east.send(sent, { ...eastToWest, remotePort: 9 });
  clock.turnTo(0);
  t.deepEqual(seen, ['plain', 'plain']);
  t.is(sent.toString(), 'plain');
});

test('a sender that reuses its buffer is found out', t => {
  const { clock, east, arrivals } = world();
  const bytes = Buffer.alloc(4);
  east.send(bytes, eastToWest);
  bytes.writeUInt32BE(99);
  clock.turnTo(0);
  t.is(arrivals[0]?.number, 99);
});

test('counters agree on both sides', t => {
  const { clock, east, west, send, network } = world();
  send(3, 50);
  clock.turnTo(1);
  t.like(east.counters, { datagramsSent: 3, bytesSent: 150, datagramsReceived: 0 });
  t.like(west.counters, { datagramsReceived: 3, bytesReceived: 150, datagramsSent: 0 });
  t.deepEqual(network.statistics, { delivered: 3, unreachable: 0 });
});

test('a port is opened once, and is free again when closed', async t => {
  const { network, west } = world();
  const open = (port: number) => network.open({ addresses: [WEST, '2001:db8::1'], port, sink: ignore });
  t.throws(() => open(PORT), { message: /7000 is in use/ });
  await west.close();
  t.is(open(PORT).port, PORT);
});

test('any port is one that all the addresses have free', t => {
  const { network } = world();
  const first = network.open({ addresses: [WEST], port: 0, sink: ignore });
  const second = network.open({ addresses: [EAST, WEST], port: 0, sink: ignore });
  t.not(first.port, second.port);
  t.deepEqual(second.addresses, [EAST, WEST]);
});

test('what arrives at a closed port is counted and gone', async t => {
  const { clock, network, west, send, arrivals } = world({ delayMs: 5 });
  send();
  await west.close();
  clock.turnTo(5);
  t.is(arrivals.length, 0);
  t.is(network.statistics.unreachable, 1);
});

test('what the kernel would refuse is a send error', async t => {
  const { clock, east, arrivals, send } = world();
  east.send(Buffer.alloc(4), { ...eastToWest, localAddress: '203.0.113.1' });
  east.send(Buffer.alloc(70_000), eastToWest);
  await east.close();
  send();
  clock.turnTo(1);
  t.is(east.counters.sendErrors, 3);
  t.is(arrivals.length, 0);
});
