import test from 'ava';
import { KeyframeAsking } from '../../../actors/forwarding/keyframe-asking.ts';

/** When requests go out, if media comes every 100 ms from `fromMs` on. */
function askedAt(asking: KeyframeAsking, fromMs: number, toMs: number): readonly number[] {
  const times: number[] = [];
  for (let nowMs = fromMs; nowMs <= toMs; nowMs += 100) {
    asking.received(nowMs);
    if (asking.poll(nowMs)) times.push(nowMs);
  }
  return times;
}

test('nobody wants a keyframe: none is asked for', t => {
  t.deepEqual(askedAt(new KeyframeAsking(), 0, 20_000), []);
});

test('a request that nothing answers is made again, each time after twice as long, and every 8 s at last', t => {
  const asking = new KeyframeAsking();
  asking.want();
  t.deepEqual(askedAt(asking, 0, 40_000), [0, 1000, 3000, 7000, 15_000, 23_000, 31_000, 39_000]);
  t.is(asking.asked, 8);
});

test('while no media comes, nothing is asked for again', t => {
  const asking = new KeyframeAsking();
  asking.want();
  t.true(asking.poll(0));
  t.false(asking.poll(60_000));
  asking.received(60_100);
  t.true(asking.poll(60_100));
});

test('a keyframe that has begun answers it', t => {
  const asking = new KeyframeAsking();
  asking.want();
  t.deepEqual(askedAt(asking, 0, 500), [0]);
  asking.satisfied();
  t.deepEqual(askedAt(asking, 600, 20_000), []);
});

test('whoever asks anew is not made to wait by requests that were not answered', t => {
  const asking = new KeyframeAsking();
  asking.want();
  t.deepEqual(askedAt(asking, 0, 3500), [0, 1000, 3000]);
  asking.want();
  t.is(asking.deadline()?.atMs, 4000);
  t.deepEqual(askedAt(asking, 3600, 4000), [4000]);
});

test('many who want one within a second have one asked for, and one more when the second is over', t => {
  const asking = new KeyframeAsking();
  const times: number[] = [];
  for (let nowMs = 0; nowMs <= 1900; nowMs += 100) {
    asking.want();
    if (asking.poll(nowMs)) times.push(nowMs);
  }
  t.deepEqual(times, [0, 1000]);
});

test('a new publisher is asked at once, and not for what the one before did not give', t => {
  const asking = new KeyframeAsking();
  asking.want();
  t.true(asking.poll(0));
  asking.reset();
  t.false(asking.poll(100));
  asking.want();
  t.true(asking.poll(200));
});
