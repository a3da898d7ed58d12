import test from 'ava';
import { EAST, WEST, world } from './network-world.ts';

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
