import test from 'ava';
import { CongestionWindow } from '../../../transports/kcp/congestion-window.ts';

const FULL = 1376;

function opened(): CongestionWindow {
  const window = new CongestionWindow(FULL);
  window.open();
  return window;
}

test('nothing may go out before the first flush, then one segment', t => {
  const window = new CongestionWindow(FULL);
  t.is(window.segments, 0);
  window.open();
  t.is(window.segments, 1);
  window.open();
  t.is(window.segments, 1);
});

test('slow start adds a segment an acknowledgement up to its threshold, then it takes more of them', t => {
  const window = opened();
  window.acknowledged(128);
  t.is(window.segments, 2);
  const counts: number[] = [];
  for (let i = 0; i < 12; i += 1) {
    window.acknowledged(128);
    counts.push(window.segments);
  }
  // In bytes 2752, 3526, 4148 (the third segment is full, a fourth begun), 4690, 5179, and so on.
  t.deepEqual(counts, [2, 4, 4, 4, 4, 4, 4, 4, 6, 6, 6, 6]);
});

test('it never passes what the peer can take', t => {
  const window = opened();
  for (let i = 0; i < 100; i += 1) window.acknowledged(3);
  t.is(window.segments, 3);
});

test('fast resending leaves half of what is in flight, a timeout one segment and half the window for slow start', t => {
  const window = opened();
  window.resentFast(20, 2);
  t.is(window.segments, 12);
  window.timedOut(12);
  t.is(window.segments, 1);
  for (let i = 0; i < 5; i += 1) window.acknowledged(128);
  t.is(window.segments, 6, 'slow start up to six');
  window.acknowledged(128);
  t.is(window.segments, 6);
});

test('the threshold is two segments at least', t => {
  const window = opened();
  window.resentFast(1, 2);
  t.is(window.segments, 4);
  window.timedOut(1);
  window.acknowledged(128);
  t.is(window.segments, 2);
});
