import test from 'ava';
import fc from 'fast-check';
import { NackGenerator } from '../../../transports/rtp/nack-generator.ts';
import { after, sequenceStarts } from './sequence-starts.ts';

/** Follows the generator's own deadlines to the end; the times it asked at. */
function runOut(generator: NackGenerator): number[] {
  const timesMs: number[] = [];
  for (let due = generator.deadline(); due !== undefined; due = generator.deadline()) {
    generator.advance(due.atMs);
    if (generator.poll() !== undefined) timesMs.push(due.atMs);
    if (timesMs.length > 100) throw new Error('asks without end');
  }
  return timesMs;
}

test('gives a packet up after ten asks, which come less and less often', t => {
  const generator = new NackGenerator();
  generator.setRtt(30);
  generator.receive(0, 0);
  generator.receive(0, 2);
  const askedAtMs = runOut(generator).map(Math.round);
  t.deepEqual(askedAtMs, [5, 55, 105, 155, 218, 296, 393, 515, 668, 859]);
  t.deepEqual(generator.counters, { asked: 10, recovered: 0, givenUp: 1 });
  t.is(generator.receive(1200, 1), 'not missing');
});

test('gives a packet up after two seconds, and at once then', t => {
  const generator = new NackGenerator();
  generator.setRtt(680);
  // A time t for which floating point makes (t + 2000) - t less than 2000.
  generator.receive(56.0114, 0);
  generator.receive(56.0114, 2);
  t.is(runOut(generator).length, 3);
  t.is(generator.counters.givenUp, 1);
});

test('what lies 1024 packets back or more is given up', t => {
  for (const start of sequenceStarts) {
    const generator = new NackGenerator();
    generator.receive(0, start);
    t.is(generator.receive(0, after(start, 601)), 'newest');
    t.is(generator.receive(0, after(start, 1202)), 'newest');
    t.is(generator.missingCount, 1022);
    t.is(generator.counters.givenUp, 178);
    t.is(generator.receive(0, after(start, 178)), 'not missing');
    t.is(generator.receive(0, after(start, 179)), 'filled');
  }
});

test('from any start, a longer gap gives up all that is missing and goes on after it', t => {
  for (const start of sequenceStarts) {
    const generator = new NackGenerator();
    generator.receive(0, start);
    generator.receive(0, after(start, 2));
    t.is(generator.receive(0, after(start, 1004)), 'gap too large');
    t.is(generator.deadline(), undefined);
    t.deepEqual(generator.counters, { asked: 0, recovered: 0, givenUp: 1 });
    t.is(generator.receive(0, after(start, 1006)), 'newest');
    t.is(generator.missingCount, 1);
    t.is(generator.receive(0, after(start, 2007)), 'newest', 'a gap of exactly 1000 is asked for');
  }
});

test('a source that begins anew far behind is followed with its second packet; old probes are not', t => {
  for (const start of sequenceStarts) {
    const generator = new NackGenerator();
    generator.receive(0, start);
    generator.receive(0, after(start, 2));
    t.is(generator.receive(0, after(start, -5000), { recovered: true }), 'not missing');
    t.is(generator.receive(0, after(start, -4999), { recovered: true }), 'not missing');
    t.is(generator.receive(0, after(start, -9000)), 'not missing');
    t.is(generator.receive(0, after(start, -8999)), 'gap too large');
    t.is(generator.receive(0, after(start, -8998)), 'newest');
    t.is(generator.missingCount, 0);
  }
});

test('whatever comes, no more than the window holds are missing, and each is asked for or found', t => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat(0xffff), fc.nat(30), fc.boolean()), { maxLength: 60 }),
      fc.nat(2000),
      (arrivals, rttMs) => {
        const generator = new NackGenerator();
        generator.setRtt(rttMs);
        let nowMs = 0;
        for (const [sequenceNumber, stepMs, recovered] of arrivals) {
          nowMs += stepMs;
          generator.receive(nowMs, sequenceNumber % 4000, { recovered });
          if (generator.missingCount > 1023) return false;
          generator.advance(nowMs);
          const due = generator.deadline();
          if (due !== undefined && due.atMs <= nowMs) return false;
        }
        runOut(generator);
        return generator.missingCount === 0 && generator.poll() === undefined;
      },
    ),
    { numRuns: 100 },
  );
  t.pass();
});
