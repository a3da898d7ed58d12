import test from 'ava';
import fc from 'fast-check';
import { Numbering } from '../../../actors/forwarding/numbering.ts';

const CLOCK_RATE = 90_000;
const starts = [0, 1, 2 ** 15 - 1, 2 ** 15, 65_534, 65_535, 65_536, 2 ** 20];

for (const first of starts) {
  test(`a source that starts at ${first} is numbered from where the track stood`, t => {
    const numbering = new Numbering(CLOCK_RATE, { sequenceNumber: 500, timestamp: 9_000, atMs: 0 });
    const numbered = numbering.number(1000, 'a', first, 123);
    t.deepEqual(numbered, { sequenceNumber: 501, timestamp: 9_000 + CLOCK_RATE });
    t.deepEqual(numbering.number(1010, 'a', first + 3, 123 + 900), {
      sequenceNumber: 504,
      timestamp: 9_000 + CLOCK_RATE + 900,
    });
  });
}

test('what is older than the first packet of its source has no place', t => {
  const numbering = new Numbering(CLOCK_RATE, { sequenceNumber: 1, timestamp: 1, atMs: 0 });
  numbering.number(0, 'a', 100, 0);
  t.is(numbering.number(1, 'a', 99, 0), undefined);
  t.truthy(numbering.number(2, 'a', 101, 0));
});

test('a source that was replaced has no timestamps any more', t => {
  const numbering = new Numbering(CLOCK_RATE, { sequenceNumber: 1, timestamp: 1, atMs: 0 });
  numbering.number(0, 'a', 100, 700);
  t.is(numbering.timestampOf('b', 700), undefined);
  t.truthy(numbering.timestampOf('a', 700));
  numbering.number(10, 'b', 1, 1);
  t.is(numbering.timestampOf('a', 700), undefined);
});

test('whatever sources follow each other, no number is given twice and time goes on', t => {
  const run = fc.record({
    first: fc.constantFrom(...starts),
    timestamp: fc.nat(2 ** 32),
    count: fc.integer({ min: 1, max: 20 }),
    pauseMs: fc.nat(5000),
  });
  fc.assert(
    fc.property(fc.array(run, { minLength: 1, maxLength: 8 }), runs => {
      const numbering = new Numbering(CLOCK_RATE, { sequenceNumber: 0, timestamp: 0, atMs: 0 });
      let nowMs = 0;
      let lastSequence = 0;
      let lastTimestamp = 0;
      runs.forEach((one, index) => {
        nowMs += one.pauseMs;
        for (let i = 0; i < one.count; i += 1) {
          const numbered = numbering.number(
            nowMs,
            `source-${index}`,
            one.first + i,
            one.timestamp + i * 3000,
          )!;
          if (numbered.sequenceNumber !== lastSequence + 1) throw new Error('a gap or a repetition');
          if (numbered.timestamp <= lastTimestamp) throw new Error('time stood still');
          lastSequence = numbered.sequenceNumber;
          lastTimestamp = numbered.timestamp;
          nowMs += 33;
        }
      });
    }),
  );
  t.pass();
});
