import test from 'ava';
import { BufferControl } from '../../../actors/forwarding/buffer-control.ts';

test('a good path is left to the players', t => {
  const control = new BufferControl();
  t.false(control.update(0, [undefined, undefined]));
  t.false(control.update(10, [20, 40]));
  t.is(control.targetMs, 0);
});

test('the track that needs most counts; more is told within a second, less after ten', t => {
  const control = new BufferControl();
  t.true(control.update(0, [60, 120]));
  t.is(control.targetMs, 120);
  t.false(control.update(500, [60, 300]));
  t.true(control.update(1000, [60, 300]));
  t.is(control.targetMs, 300);
  t.false(control.update(10_900, [20, 80]));
  t.true(control.update(11_000, [20, 80]));
  t.is(control.targetMs, 80);
  t.true(control.update(21_000, [20, 20]));
  t.is(control.targetMs, 0);
});

test('what wavers by less than a step is not told', t => {
  const control = new BufferControl();
  control.update(0, [100]);
  for (let nowMs = 1000; nowMs < 60_000; nowMs += 1000)
    t.false(control.update(nowMs, [nowMs % 2000 ? 110 : 90]));
});
