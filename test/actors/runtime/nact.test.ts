import test from 'ava';
import { NactStage } from '../../../actors/runtime/nact.ts';

const turns = async (count: number) => {
  for (let i = 0; i < count; i += 1) await new Promise(resolve => setImmediate(resolve));
};

test('each call is one turn, never within the call', async t => {
  const stage = new NactStage();
  let taken = 0;
  const seat = stage.seat('x.1', () => {
    taken += 1;
  });
  for (let i = 0; i < 3; i += 1) seat.call();
  t.is(taken, 0);
  await turns(1);
  t.is(taken, 1);
  await turns(10);
  t.is(taken, 3);
});

test('a seat that is left has no more turns, not even those asked for; it may be left in its own', async t => {
  const stage = new NactStage();
  let taken = 0;
  const seat = stage.seat('x.1', () => {
    taken += 1;
    if (taken === 2) seat.leave();
  });
  for (let i = 0; i < 5; i += 1) seat.call();
  await turns(10);
  t.is(taken, 2);
  seat.call();
  seat.leave();
  await turns(3);
  t.is(taken, 2);
  t.is(stage.size, 0);
});

test('names that nact refuses are made fit, and stages do not meet', async t => {
  const taken: string[] = [];
  for (const stage of [new NactStage(), new NactStage()]) {
    for (const name of ['room:7 / Ü%.1', 'x.2']) stage.seat(name, () => taken.push(name)).call();
  }
  await turns(3);
  t.is(taken.length, 4);
});
