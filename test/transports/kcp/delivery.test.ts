import test from 'ava';
import fc from 'fast-check';
import { Pair } from './pair.ts';
import { starts } from './sequence-starts.ts';

interface Values {
  readonly seed: number;
  readonly firstSequence: number;
  readonly startMs: number;
  readonly loss: number;
  readonly duplicate: number;
  readonly delayMs: readonly [number, number];
  readonly nodelay: 0 | 1 | 2;
  readonly fastResend: number;
  readonly congestionControl: boolean;
  readonly mtuBytes: number;
  readonly streamMode?: boolean;
}

const settings: fc.Arbitrary<Values> = fc.record({
  seed: fc.nat(),
  firstSequence: fc.constantFrom(...starts),
  startMs: fc.constantFrom(...starts),
  loss: fc.double({ min: 0, max: 0.4, noNaN: true }),
  duplicate: fc.double({ min: 0, max: 0.4, noNaN: true }),
  delayMs: fc.constantFrom<readonly [number, number]>([0, 0], [5, 5], [10, 60]),
  nodelay: fc.constantFrom<0 | 1 | 2>(0, 1, 2),
  fastResend: fc.constantFrom(0, 2),
  congestionControl: fc.boolean(),
  mtuBytes: fc.constantFrom(50, 300),
});
const lengths = fc.array(fc.oneof(fc.nat(60), fc.nat(1500)), { minLength: 1, maxLength: 25 });

/** Under the heaviest loss here a timeout may double a few times in a row; nothing takes that long without a fault. */
const LIMIT_MS = 600_000;

test('whatever the link does, messages come whole, in order and once', t => {
  fc.assert(
    fc.property(settings, lengths, lengths, (values, there, back) => {
      const pair = pairOf(values);
      const sent = [there, back].map((side, end) => side.map((length, i) => message(end * 100 + i, length)));
      for (const one of sent[0]!) pair.send(0, one);
      for (const one of sent[1]!) pair.send(1, one);
      const isIdle = () => pair.ends.every(kcp => kcp.waitingSegments === 0 && kcp.deadline() === undefined);
      t.true(pair.stepUntil(isIdle, LIMIT_MS));
      t.deepEqual(pair.delivered[1], sent[0]);
      t.deepEqual(pair.delivered[0], sent[1]);
      t.true(pair.ends.every(({ unreadSegments }) => unreadSegments === 0));
    }),
    { seed: 24, numRuns: 120 },
  );
});

test('in stream mode bytes come in order and once', t => {
  fc.assert(
    fc.property(settings, lengths, (values, there) => {
      const pair = pairOf({ ...values, streamMode: true });
      const sent = there.map((length, i) => message(i, length));
      for (const one of sent) t.is(pair.send(0, one), one.length);
      t.true(pair.stepUntil(() => pair.ends[0].waitingSegments === 0, LIMIT_MS));
      t.true(Buffer.concat(pair.delivered[1]).equals(Buffer.concat(sent)));
    }),
    { seed: 25, numRuns: 40 },
  );
});

function pairOf({ seed, startMs, loss, duplicate, delayMs, ...options }: Values): Pair {
  return new Pair({
    seed,
    startMs,
    link: { loss, duplicate, delayMs },
    options: { ...options, conversation: 1, intervalMs: 10, sendWindow: 64 },
  });
}

function message(number: number, length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => number + i * 3);
}
