import test from 'ava';
import { EAST, eastToWest, ignore, PORT, WEST, world } from './network-world.ts';

test('a blackout lets nothing in, spares what is under way, and ends', t => {
  const { clock, network, arrivals, send } = world({ delayMs: 10 });
  send();
  network.blackout(EAST, WEST);
  send(2);
  clock.turnTo(50);
  network.restore(EAST, WEST);
  send();
  clock.turnTo(100);
  t.deepEqual(
    arrivals.map(arrival => arrival.number),
    [0, 3],
  );
  t.is(network.linkStatistics(EAST, WEST).blackedOut, 2);
});

test('the other direction goes on', t => {
  const { clock, network, west, east } = world();
  network.blackout(EAST, WEST);
  west.send(Buffer.alloc(4), { localAddress: WEST, remoteAddress: EAST, remotePort: PORT });
  clock.turnTo(1);
  t.is(east.counters.datagramsReceived, 1);
});

test('other hosts go on', t => {
  const { clock, network, east } = world();
  const other = network.open({ addresses: ['203.0.113.3'], port: PORT, sink: ignore });
  network.blackout(EAST, WEST);
  east.send(Buffer.alloc(4), { ...eastToWest, remoteAddress: '203.0.113.3' });
  clock.turnTo(1);
  t.is(other.counters.datagramsReceived, 1);
});
