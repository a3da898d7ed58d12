import test from 'ava';
import fc from 'fast-check';
import { VirtualClock } from '../../simulations/virtual-clock.ts';
import { DelayLine } from '../../transports/delay-line.ts';

/** `batches`: what was delivered in one call each, the first bytes with where they went. */
function world(waitingMax = 100) {
  const clock = new VirtualClock();
  const batches: { readonly atMs: number; readonly due: readonly string[] }[] = [];
  const line = new DelayLine<string>({
    clock,
    waitingMax,
    deliver: due =>
      batches.push({ atMs: clock.nowMs(), due: due.map(({ bytes, to }) => `${bytes[0]}${to}`) }),
  });
  return { clock, line, batches };
}

test('what is sent is delivered once its time has come, a copy, with what is due by then', t => {
  const { clock, line, batches } = world();
  const borrowed = Uint8Array.of(1);
  line.send(borrowed, 'a', 30);
  borrowed[0] = 99;
  line.send(Uint8Array.of(2), 'b', 30);
  line.send(Uint8Array.of(3), 'a', 31);
  clock.advanceBy(29);
  t.deepEqual(batches, []);
  clock.advanceBy(1);
  t.deepEqual(batches, [{ atMs: 30, due: ['1a', '2b'] }]);
  clock.advanceBy(1);
  t.deepEqual(batches[1], { atMs: 31, due: ['3a'] });
});

test('what is due at once still waits for the timer', t => {
  const { clock, line, batches } = world();
  line.send(Uint8Array.of(1), 'a', -5);
  t.deepEqual(batches, []);
  clock.advanceBy(0);
  t.deepEqual(batches, [{ atMs: 0, due: ['1a'] }]);
});

test('the order never changes, whatever is due when: each comes at the first time that it and all before it may', t => {
  const send = fc.record({
    afterMs: fc.integer({ min: 0, max: 20 }),
    delayMs: fc.integer({ min: 0, max: 50 }),
  });
  fc.assert(
    fc.property(fc.array(send, { maxLength: 40 }), sends => {
      const { clock, line, batches } = world();
      let dueMs = 0;
      const expected = sends.map(({ afterMs, delayMs }, i) => {
        clock.advanceBy(afterMs);
        line.send(Uint8Array.of(i), '', clock.nowMs() + delayMs);
        dueMs = Math.max(dueMs, clock.nowMs() + delayMs);
        return { atMs: dueMs, number: String(i) };
      });
      clock.advanceBy(100);
      const got = batches.flatMap(({ atMs, due }) => due.map(number => ({ atMs, number })));
      t.deepEqual(got, expected);
    }),
    { seed: 1, numRuns: 200 },
  );
});

test('what waits is bounded: the newest is lost, until there is room again', t => {
  const { clock, line, batches } = world(2);
  for (const number of [1, 2, 3]) line.send(Uint8Array.of(number), 'a', 10);
  clock.advanceBy(10);
  line.send(Uint8Array.of(4), 'a', 10);
  clock.advanceBy(0);
  t.deepEqual(
    batches.map(({ due }) => due),
    [['1a', '2a'], ['4a']],
  );
});

test('what its delivery sends is delivered too', t => {
  const clock = new VirtualClock();
  const got: number[] = [];
  const line: DelayLine<undefined> = new DelayLine({
    clock,
    waitingMax: 10,
    deliver(due) {
      for (const { bytes } of due) {
        got.push(bytes[0]!);
        if (bytes[0]! < 3) line.send(Uint8Array.of(bytes[0]! + 1), undefined, clock.nowMs() + 5);
      }
    },
  });
  line.send(Uint8Array.of(1), undefined, 5);
  clock.advanceBy(15);
  t.deepEqual(got, [1, 2, 3]);
});

test('after the stop nothing comes', t => {
  const { clock, line, batches } = world();
  line.send(Uint8Array.of(1), 'a', 30);
  line.stop();
  clock.advanceBy(100);
  t.deepEqual(batches, []);
});
