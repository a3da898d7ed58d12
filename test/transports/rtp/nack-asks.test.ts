import test from 'ava';
import { NackGenerator } from '../../../transports/rtp/nack-generator.ts';
import { after, sequenceStarts } from './sequence-starts.ts';

/** Everything due by `nowMs`. */
function askedAt(generator: NackGenerator, nowMs: number): number[] {
  generator.advance(nowMs);
  const asked: number[] = [];
  for (let some = generator.poll(); some !== undefined; some = generator.poll()) asked.push(...some);
  return asked;
}

test('from any start, asks for what is missing, in order, after a short wait and again after a round trip', t => {
  for (const start of sequenceStarts) {
    const generator = new NackGenerator();
    generator.setRtt(60);
    t.is(generator.deadline(), undefined);
    t.is(generator.receive(1000, start), 'newest');
    t.is(generator.receive(1000, after(start, 4)), 'newest');
    const missing = [1, 2, 3].map(step => after(start, step));
    t.deepEqual(generator.deadline(), { atMs: 1005, reason: 'nack' });
    t.deepEqual(askedAt(generator, 1004), []);
    t.deepEqual(askedAt(generator, 1005), missing);
    t.deepEqual(askedAt(generator, 1005), []);
    t.is(generator.deadline()?.atMs, 1085);
    t.is(generator.receive(1040, after(start, 2), { recovered: true }), 'filled');
    t.deepEqual(askedAt(generator, 1085), [missing[0], missing[2]]);
    t.is(generator.receive(1090, after(start, 1)), 'filled');
    t.is(generator.receive(1090, after(start, 3)), 'filled');
    t.is(generator.deadline(), undefined);
    t.deepEqual(askedAt(generator, 5000), []);
    t.deepEqual(generator.counters, { asked: 5, recovered: 3, givenUp: 0 });
  }
});

test('what the network merely swapped is never asked for', t => {
  for (const start of sequenceStarts) {
    const generator = new NackGenerator();
    generator.receive(0, start);
    generator.receive(0, after(start, 2));
    t.is(generator.receive(4, after(start, 1)), 'filled');
    t.is(generator.deadline(), undefined);
    t.deepEqual(askedAt(generator, 100), []);
    t.deepEqual(generator.counters, { asked: 0, recovered: 0, givenUp: 0 });
  }
});

test('what is there already is not missing, nor is what came before the first', t => {
  const generator = new NackGenerator();
  generator.receive(0, 10);
  generator.receive(0, 11);
  t.is(generator.receive(0, 11), 'not missing');
  t.is(generator.receive(0, 10), 'not missing');
  t.is(generator.receive(0, 9), 'not missing');
  t.is(generator.missingCount, 0);
});

test('asks no more often than every 40 ms, however short the round trip', t => {
  const generator = new NackGenerator();
  generator.setRtt(0);
  generator.receive(0, 0);
  generator.receive(0, 2);
  t.deepEqual(askedAt(generator, 5), [1]);
  t.is(generator.deadline()?.atMs, 45);
});

test('no ask is for more than one datagram holds', t => {
  const generator = new NackGenerator();
  generator.receive(0, 0);
  generator.receive(0, 601);
  generator.advance(5);
  t.deepEqual(
    [generator.poll()?.length, generator.poll()?.length, generator.poll()?.length],
    [250, 250, 100],
  );
  t.is(generator.poll(), undefined);
});

test('forgets what the owner has no use for', t => {
  for (const start of sequenceStarts) {
    const generator = new NackGenerator();
    generator.receive(0, start);
    generator.receive(0, after(start, 5));
    generator.forgetBefore(after(start, 3));
    t.deepEqual(askedAt(generator, 5), [after(start, 3), after(start, 4)]);
    generator.forgetBefore(after(start, 5));
    t.is(generator.deadline(), undefined);
    t.is(generator.counters.givenUp, 0);
  }
});
