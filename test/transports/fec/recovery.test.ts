import test from 'ava';
import fc from 'fast-check';
import { type Parity, parseParity } from '../../../transports/fec/parity.ts';
import { type Recovered, WindowDecoder } from '../../../transports/fec/window-decoder.ts';
import { WindowEncoder } from '../../../transports/fec/window-encoder.ts';
import { mutated, mutationRuns } from '../rtp/mutated.ts';

const properties = { seed: mutationRuns.seed, numRuns: 300 };
/** Where the numbers of datagrams begin. */
const starts = [0, 250, 2 ** 32 - 40, 2 ** 45];

interface Step {
  readonly payload: Uint8Array;
  readonly isLost: boolean;
  /** How many parities follow, and how many datagrams each covers at most. */
  readonly parities: number;
  readonly covers: number;
  readonly parityIsLost: boolean;
}

const steps: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.record({
    payload: fc.uint8Array({ maxLength: 30 }),
    isLost: fc.integer({ min: 0, max: 3 }).map(chance => chance === 0),
    parities: fc.nat(2),
    covers: fc.integer({ min: 1, max: 20 }),
    parityIsLost: fc.integer({ min: 0, max: 4 }).map(chance => chance === 0),
  }),
  { minLength: 1, maxLength: 80 },
);

/** Carries the datagrams and parities, and gives what was recovered. */
function carry(plan: readonly Step[], start: number) {
  const encoder = new WindowEncoder();
  const decoder = new WindowDecoder();
  const recovered: Recovered[] = [];
  const lost = new Map<number, Uint8Array>();
  const parities: Parity[] = [];
  let number = start;
  for (const { payload, isLost, parities: count, covers, parityIsLost } of plan) {
    encoder.add(number, payload);
    if (isLost) lost.set(number, payload);
    else recovered.push(...decoder.add(number, payload));
    number += 1;
    for (let made = 0; made < count; made += 1) {
      const parity = parseParity(number, encoder.parity(number, covers)!)!;
      number += 1;
      if (parityIsLost) continue;
      parities.push(parity);
      recovered.push(...decoder.addParity(parity));
    }
  }
  return { recovered, lost, parities, decoder };
}

for (const start of starts) {
  test(`what is recovered is what was lost, once: from ${start}`, t => {
    let count = 0;
    fc.assert(
      fc.property(steps, plan => {
        const { recovered, lost } = carry(plan, start);
        count += recovered.length;
        const numbers = new Set(recovered.map(({ number }) => number));
        return (
          numbers.size === recovered.length &&
          recovered.every(({ number, payload }) => Buffer.compare(payload, lost.get(number)!) === 0)
        );
      }),
      properties,
    );
    t.true(count > 300, `${count}`);
  });
}

test('nearly as many are recovered as there are parities that cover them', t => {
  let recovered = 0;
  let missing = 0;
  for (let round = 0; round < 200; round += 1) {
    const encoder = new WindowEncoder();
    const decoder = new WindowDecoder();
    const start = 1_000 * round;
    // Eight of twenty are lost; eight parities over all twenty follow.
    for (let place = 0; place < 20; place += 1) {
      const payload = new Uint8Array(50 + place).fill(place);
      encoder.add(start + place, payload);
      if ((place * 7 + round) % 20 >= 8) decoder.add(start + place, payload);
    }
    let found = 0;
    for (let number = start + 20; number < start + 28; number += 1)
      found += decoder.addParity(parseParity(number, encoder.parity(number, 20)!)!).length;
    recovered += found;
    missing += 8;
    if (found === 8) t.is(decoder.size, 0);
  }
  // Equations drawn from 255 values are as good as independent: one set in some 255 is not.
  t.true(recovered / missing > 0.98, `${recovered} of ${missing}`);
});

test('what has come late is put into the equations', t => {
  const encoder = new WindowEncoder();
  const decoder = new WindowDecoder();
  const payloads = [1, 2, 3].map(fill => new Uint8Array(10 * fill).fill(fill));
  for (const [number, payload] of payloads.entries()) encoder.add(number, payload);
  decoder.add(2, payloads[2]!);
  t.deepEqual(decoder.addParity(parseParity(3, encoder.parity(3, 3)!)!), []);
  t.is(decoder.size, 1);
  const found = decoder.add(0, payloads[0]!);
  t.deepEqual(
    found.map(({ number, payload }) => [number, payload.length, payload[0]]),
    [[1, 20, 2]],
  );
});

test('over a long time no more is kept than the limits', t => {
  const encoder = new WindowEncoder();
  const decoder = new WindowDecoder();
  let number = 0;
  for (let round = 0; round < 5_000; round += 1) {
    const payload = new Uint8Array(20).fill(round);
    encoder.add(number, payload);
    // Two of three are lost, with one parity for each three: never enough.
    if (round % 3 === 0) decoder.add(number, payload);
    number += 1;
    if (round % 3 !== 2) continue;
    decoder.addParity(parseParity(number, encoder.parity(number, 12)!)!);
    number += 1;
    if (decoder.size > 64) t.fail(`${decoder.size} equations`);
  }
  t.true(decoder.size > 10);
});

test('no broken form of a parity makes parser or decoder throw', t => {
  const encoder = new WindowEncoder();
  for (let number = 100; number < 140; number += 1)
    encoder.add(number, new Uint8Array(number % 50).fill(number));
  const samples = [1, 5, 20, 40].map(count => encoder.parity(150, count)!);
  const decoder = new WindowDecoder();
  for (let number = 100; number < 140; number += 3)
    decoder.add(number, new Uint8Array(number % 50).fill(number));
  fc.assert(
    fc.property(
      fc.oneof(mutated(samples), fc.uint8Array({ maxLength: 60 })),
      fc.integer({ min: 0, max: 400 }),
      (bytes, number) => {
        const parity = parseParity(number, bytes);
        if (parity === undefined) return true;
        for (const { payload } of decoder.addParity(parity)) if (payload.length > 300) return false;
        return decoder.size <= 64;
      },
    ),
    mutationRuns,
  );
  t.pass();
});
