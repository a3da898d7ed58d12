import test from 'ava';
import type {
  MediaSource,
  MissingPackets,
  SourcePacket,
} from '../../../../actors/forwarding/control/forwarding-control.ts';
import { VideoControl } from '../../../../actors/forwarding/control/video-control.ts';
import { rtpBytes } from '../../../transports/rtp/packets.ts';
import { sourcePacket } from './source-packets.ts';

const KEY = { keyframe: 'yes' } as const;

/** A control that is stepped by its own deadlines up to each packet's time. */
function stage(missing: MissingPackets = 'repaired', roundTripMs?: number) {
  const control = new VideoControl();
  const givenUp: number[] = [];
  const wishesAtMs: number[] = [];
  const source: MediaSource = {
    missing,
    roundTripMs,
    giveUpBefore: number => givenUp.push(number),
  };
  const heard = (nowMs: number) => {
    if (control.takeKeyframeWish()) wishesAtMs.push(nowMs);
  };
  const passUntil = (atMs: number) => {
    for (let due = control.deadline(); due !== undefined && due.atMs <= atMs; due = control.deadline()) {
      control.advance(due.atMs);
      heard(due.atMs);
    }
  };
  const receive = (atMs: number, sequenceNumber: number, more: Partial<SourcePacket> = {}) => {
    passUntil(atMs);
    control.receive(atMs, sourcePacket({ source, sequenceNumber, ...more }));
    heard(atMs);
    const out: number[] = [];
    for (let packet = control.poll(); packet !== undefined; packet = control.poll())
      out.push(packet.sequenceNumber);
    return out;
  };
  return { control, receive, passUntil, givenUp, wishesAtMs };
}

test('a picture that begins with a keyframe needs none', t => {
  const { receive, passUntil, wishesAtMs } = stage();
  t.deepEqual(receive(0, 100, KEY), [100]);
  t.deepEqual(receive(10, 101), [101]);
  passUntil(10_000);
  t.deepEqual(wishesAtMs, []);
});

test('a picture that begins in its middle waits for a keyframe, which is wished for at once and every second', t => {
  const { control, receive, wishesAtMs } = stage();
  for (let i = 0; i < 250; i += 1) t.deepEqual(receive(i * 10, i), []);
  t.is(control.state, 'awaiting keyframe');
  t.deepEqual(wishesAtMs, [10, 1010, 2010]);
  t.deepEqual(receive(2500, 250, KEY), [250]);
  t.is(control.state, 'forwarding');
});

test('where nothing comes, no keyframe is asked for', t => {
  const { receive, passUntil, wishesAtMs } = stage();
  receive(0, 0);
  passUntil(60_000);
  t.deepEqual(wishesAtMs, [10]);
});

for (const [roundTripMs, patienceMs] of [
  [undefined, 480],
  [5, 150],
  [80, 400],
  [900, 1000],
] as const) {
  test(`at a round trip of ${roundTripMs} ms, a keyframe is wished for when a gap is ${patienceMs} ms old`, t => {
    const { control, receive, wishesAtMs } = stage('repaired', roundTripMs);
    receive(0, 0, KEY);
    for (let i = 2; i < 130; i += 1) t.deepEqual(receive(i * 10, i), []);
    t.is(control.state, 'holding');
    t.is(wishesAtMs[0], 20 + patienceMs);
    const [first, ...rest] = receive(1300, 1);
    t.is(first, 1);
    t.is(rest.length, 128);
    t.is(control.counters.gapsFilled, 1);
    t.is(control.state, 'forwarding');
  });
}

test('a gap that is filled in time costs no keyframe', t => {
  const { receive, passUntil, wishesAtMs } = stage('repaired', 50);
  receive(0, 0, KEY);
  receive(10, 2);
  t.deepEqual(receive(80, 1), [1, 2]);
  passUntil(5000);
  t.deepEqual(wishesAtMs, []);
});

test('while repairs come, those behind them are waited for: a keyframe is wished for when none has come for a while', t => {
  const { receive, passUntil, wishesAtMs } = stage('repaired', 50);
  receive(0, 0, KEY);
  receive(10, 20);
  for (let i = 1; i < 9; i += 1) receive(10 + i * 50, i);
  passUntil(689);
  t.deepEqual(wishesAtMs, []);
  passUntil(690);
  t.deepEqual(wishesAtMs, [690]);
});

test('however repairs come, a keyframe is wished for when a gap is a second old, and not again in the second after', t => {
  const { receive, passUntil, wishesAtMs } = stage('repaired', 50);
  receive(0, 0, KEY);
  receive(10, 100);
  for (let i = 1; i < 38; i += 1) receive(10 + i * 50, i);
  passUntil(1900);
  t.deepEqual(wishesAtMs, [1010]);
});

test('a keyframe behind a gap goes on at once, and what came before it is nobody’s any more', t => {
  const { control, receive, givenUp } = stage();
  receive(0, 0, KEY);
  receive(10, 2);
  receive(20, 3);
  t.deepEqual(receive(30, 5, KEY), [5]);
  t.deepEqual(givenUp, [0, 5]);
  t.deepEqual(receive(40, 1), []);
  t.deepEqual(receive(50, 6), [6]);
  t.like(control.counters, { discarded: 2, late: 1, gapsSkipped: 1 });
});

test('after two seconds a gap is given up, whatever comes of it', t => {
  const { control, receive } = stage();
  receive(0, 0, KEY);
  for (let i = 2; i < 250; i += 1) receive(i * 10, i);
  t.is(control.state, 'awaiting keyframe');
  t.deepEqual(receive(2500, 1), []);
  t.deepEqual(receive(2510, 251, KEY), [251]);
});

test('more than can be held is not held, and the picture goes on with the next keyframe', t => {
  const { control, receive } = stage();
  receive(0, 0, KEY);
  for (let i = 2; i < 3000; i += 1) receive(10 + i / 100, i);
  t.is(control.state, 'awaiting keyframe');
  t.deepEqual(receive(100, 3000, KEY), [3000]);
});

test('a keyframe whose first packet comes last goes on whole', t => {
  const { receive } = stage();
  receive(0, 10);
  receive(1, 12);
  receive(2, 13);
  t.deepEqual(receive(50, 11, KEY), [11, 12, 13]);
});

test('an IDR slice begins a keyframe where it begins its frame', t => {
  const idr = { keyframe: 'if first of its frame' } as const;
  const { receive } = stage();
  receive(0, 0, { ...KEY, timestamp: 0 });
  receive(10, 2, { timestamp: 3000 });
  // Its neighbour is missing: it may be the second slice of its frame.
  t.deepEqual(receive(20, 4, { ...idr, timestamp: 6000 }), []);
  t.deepEqual(receive(30, 3, { timestamp: 3000 }), [4]);
  t.deepEqual(receive(40, 6, { ...idr, timestamp: 9000 }), []);
  t.deepEqual(receive(50, 7, { ...idr, timestamp: 9000 }), []);
  t.deepEqual(receive(60, 5, { timestamp: 6000 }), [5, 6, 7]);
});

test('another codec begins with its own keyframe', t => {
  const { control, receive, wishesAtMs } = stage();
  const vp8 = rtpBytes({ payloadType: 96 });
  const h264 = rtpBytes({ payloadType: 102 });
  receive(0, 0, { ...KEY, bytes: vp8 });
  t.deepEqual(receive(10, 1, { bytes: h264 }), []);
  t.is(control.state, 'awaiting keyframe');
  t.deepEqual(receive(100, 2, { bytes: h264 }), []);
  t.deepEqual(wishesAtMs, [20]);
  t.deepEqual(receive(110, 3, { ...KEY, bytes: h264 }), [3]);
});

test('another publisher’s picture waits for its keyframe, however its numbers lie', t => {
  const one = stage();
  one.receive(0, 500, KEY);
  const source: MediaSource = { missing: 'repaired', roundTripMs: 20, giveUpBefore: () => {} };
  t.deepEqual(one.receive(10, 7, { source }), []);
  t.deepEqual(one.receive(20, 8, { source, ...KEY }), [8]);
  t.deepEqual(one.receive(30, 9, { source }), [9]);
});

test('what another node has left out is not waited for: a keyframe is wished for at once', t => {
  const { receive, wishesAtMs } = stage('gone');
  receive(0, 0, KEY);
  t.deepEqual(receive(10, 2), []);
  t.deepEqual(wishesAtMs, [10]);
  t.deepEqual(receive(20, 3, KEY), [3]);
});
