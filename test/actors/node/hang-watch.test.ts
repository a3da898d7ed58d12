import test from 'ava';
import fc from 'fast-check';
import { CHECK_INTERVAL_MS, HANG_MS, HangWatch, START_MS } from '../../../actors/node/hang-watch.ts';
import { BEAT_INTERVAL_MS } from '../../../actors/shard/heartbeat.ts';

/** Lets the watch look whenever it wants to, until `untilMs`; `beats` says who is heard at a moment. */
function watchUntil(
  watch: HangWatch,
  fromMs: number,
  untilMs: number,
  beats: (nowMs: number) => readonly number[] = () => [],
): Map<number, number> {
  const hung = new Map<number, number>();
  for (let nowMs = fromMs; nowMs <= untilMs; nowMs += 10) {
    for (const shard of beats(nowMs)) watch.alive(nowMs, shard);
    const deadline = watch.deadline();
    if (deadline === undefined || deadline.atMs > nowMs) continue;
    watch.advance(nowMs);
    for (let hang = watch.poll(); hang !== undefined; hang = watch.poll()) hung.set(hang.shard, nowMs);
  }
  return hung;
}

const beating = (shard: number) => (nowMs: number) => (nowMs % BEAT_INTERVAL_MS === 0 ? [shard] : []);

test('a shard that beats is left alone, its sibling that has stopped is named once', t => {
  const watch = new HangWatch();
  for (const shard of [0, 1]) {
    watch.started(1000, shard);
    watch.alive(1000, shard);
  }
  const hung = watchUntil(watch, 1000, 60_000, beating(0));
  t.deepEqual([...hung.keys()], [1]);
  watch.ended(0);
  t.is(watch.deadline(), undefined);
});

for (const startMs of [0, 2 ** 31 - 5000, 2 ** 40]) {
  test(`a hang of more than 3 s is always noticed, within a beat and a look; a shorter one never (from ${startMs})`, t => {
    fc.assert(
      fc.property(fc.nat(2000), fc.integer({ min: 0, max: 2 * HANG_MS }), (lastBeat, hangMs) => {
        const lastBeatMs = startMs + lastBeat;
        const watch = new HangWatch();
        watch.started(startMs, 0);
        watch.alive(startMs, 0);
        // It hangs some time within the beat that is due; at the latest when that would have come.
        const heardAgainMs = lastBeatMs + BEAT_INTERVAL_MS + hangMs;
        let isLastBeatDue = true;
        const noticed = watchUntil(watch, startMs, startMs + 20_000, nowMs => {
          if (nowMs >= heardAgainMs) return [0];
          if (nowMs < lastBeatMs || !isLastBeatDue) return [];
          isLastBeatDue = false;
          return [0];
        }).get(0);
        if (hangMs < HANG_MS) t.is(noticed, undefined);
        if (hangMs > HANG_MS + CHECK_INTERVAL_MS + 20) {
          t.true(noticed !== undefined);
          t.true(noticed! - lastBeatMs >= HANG_MS);
          t.true(noticed! - lastBeatMs <= HANG_MS + BEAT_INTERVAL_MS + CHECK_INTERVAL_MS + 20);
        }
      }),
    );
  });
}

test('a pause of the whole process, however long, ends no shard', t => {
  for (const pauseMs of [1000, 4000, 60_000, 8 * 3_600_000]) {
    const watch = new HangWatch();
    watch.started(0, 0);
    watch.alive(0, 0);
    t.is(watchUntil(watch, 0, 1000, beating(0)).size, 0);
    // The watch looks first, before what the shard has said in the meantime arrives.
    watch.advance(1000 + pauseMs);
    t.is(watch.poll(), undefined);
    t.is(watchUntil(watch, 1000 + pauseMs, 10_000 + pauseMs, beating(0)).size, 0);
  }
});

test('a main thread that is held up again and again still finds out', t => {
  const watch = new HangWatch();
  watch.started(0, 0);
  watch.alive(0, 0);
  let nowMs = 0;
  let looks = 0;
  while (watch.poll() === undefined) {
    nowMs += 2000;
    looks += 1;
    watch.advance(nowMs);
    t.true(looks < 20);
  }
});

test('a thread has its time to start, and no more', t => {
  const watch = new HangWatch();
  watch.started(0, 3);
  const hung = watchUntil(watch, 0, 2 * START_MS);
  t.true(hung.get(3)! >= START_MS && hung.get(3)! <= START_MS + 2 * CHECK_INTERVAL_MS);
});

test('who is not watched is no concern', t => {
  const watch = new HangWatch();
  watch.alive(0, 5);
  watch.started(0, 5);
  watch.ended(5);
  watch.alive(10, 5);
  t.is(watch.deadline(), undefined);
  t.is(watchUntil(watch, 0, 60_000).size, 0);
});
