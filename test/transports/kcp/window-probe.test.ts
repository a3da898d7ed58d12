import test from 'ava';
import { WindowProbe } from '../../../transports/kcp/window-probe.ts';

/** When it asks, in a flush every 10 ms while the peer has no room. */
function asksUntil(endMs: number): readonly number[] {
  const probe = new WindowProbe();
  const asks: number[] = [];
  for (let nowMs = 0; nowMs <= endMs; nowMs += 10) if (probe.mustAsk(nowMs, 0)) asks.push(nowMs);
  return asks;
}

test('asks first after 5 s, and each time waits half as long again', t => {
  t.deepEqual(asksUntil(41_000), [5000, 12_500, 23_750, 40_630]);
});

test('waits two minutes at the most', t => {
  const asks = asksUntil(1_000_000);
  t.is(asks.at(-1)! - asks.at(-2)!, 120_000);
});

test('begins anew when the peer had room in between', t => {
  const probe = new WindowProbe();
  probe.mustAsk(0, 0);
  t.true(probe.mustAsk(5000, 0));
  t.false(probe.mustAsk(6000, 1));
  t.false(probe.mustAsk(7000, 0));
  t.false(probe.mustAsk(11_999, 0));
  t.true(probe.mustAsk(12_000, 0));
});
