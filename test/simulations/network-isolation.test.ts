import test from 'ava';
import { EAST, ignore, PORT, WEST, world } from './network-world.ts';

test('an address that is isolated is neither heard nor reached; whoever observes sees what it sends', t => {
  const { clock, network, send, arrivals } = world({ delayMs: 5 });
  const sent: string[] = [];
  network.observe({ sent: ({ from }) => sent.push(from) });
  network.isolate(EAST, true);
  send();
  network.isolate(EAST, false);
  network.isolate(WEST, true);
  send();
  network.isolate(WEST, false);
  send();
  clock.turnTo(100);
  t.deepEqual(
    arrivals.map(({ number }) => number),
    [2],
  );
  t.deepEqual(sent, [EAST, EAST, EAST]);
});

test('of two isolations the last to end counts, and none ends that has not begun', t => {
  const { clock, network, send, arrivals } = world();
  network.isolate(EAST, true);
  network.isolate(EAST, true);
  network.isolate(EAST, false);
  send();
  network.isolate(EAST, false);
  send();
  clock.turnTo(100);
  t.deepEqual(
    arrivals.map(({ number }) => number),
    [1],
  );
  t.throws(() => network.isolate(EAST, false), { message: /has not begun/ });
});

test('what a dead process had open neither sends nor hears, and its port is free', t => {
  const { clock, network, send, arrivals, west } = world({ delayMs: 5 });
  send();
  network.closeAll(WEST);
  send();
  clock.turnTo(100);
  t.deepEqual(arrivals, []);
  west.send(Buffer.alloc(4), { localAddress: WEST, remoteAddress: EAST, remotePort: PORT });
  t.is(west.counters.sendErrors, 1);
  t.is(network.open({ addresses: [WEST], port: PORT, sink: ignore }).port, PORT);
});
