import test from 'ava';
import { InFlight } from '../../../actors/runtime/in-flight.ts';
import { act, at, puppet, testSystem } from './harness.ts';

test('it is not quiet when whoever handled the last message sent another before anybody looked', async t => {
  const inFlight = new InFlight();
  let quiet = false;
  inFlight.add();
  const waiting = inFlight.whenQuiet().then(() => {
    quiet = true;
  });
  inFlight.remove(1);
  inFlight.add();
  await new Promise(resolve => setImmediate(resolve));
  t.false(quiet);
  inFlight.remove(1);
  await waiting;
  t.true(quiet);
});

test('pending is exact: what waits and what is being handled, never less', async t => {
  const seen: number[] = [];
  const { system } = testSystem({ ports: { look: () => seen.push(system.pending) } });
  system.start('/x', puppet, {});
  t.is(system.pending, 0);
  await system.whenQuiet();
  for (let i = 0; i < 3; i += 1) system.tell(at('/x'), act({ effect: 'do', port: 'look', command: null }));
  t.is(system.pending, 3);
  await system.whenQuiet();
  t.deepEqual(seen, [3, 2, 1]);
  t.is(system.pending, 0);
});
