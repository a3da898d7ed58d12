/** What a network makes of a row of packets: some are lost, some come twice, late, out of order, or by repair. */
import fc from 'fast-check';

export interface Delivery {
  /** Which packet of the row. */
  readonly index: number;
  readonly atMs: number;
}

export interface Fate {
  readonly isLost: boolean;
  /** When it comes by repair, so much after its time; undefined when that is lost, too. */
  readonly repairedAfterMs: number | undefined;
  readonly isDoubled: boolean;
  readonly delayMs: number;
}

/** Mostly well, now and then badly. */
const fate: fc.Arbitrary<Fate> = fc.record({
  isLost: fc.oneof({ weight: 5, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
  repairedAfterMs: fc.oneof(
    { weight: 2, arbitrary: fc.integer({ min: 10, max: 900 }) },
    { weight: 1, arbitrary: fc.constant(undefined) },
  ),
  isDoubled: fc.oneof(
    { weight: 9, arbitrary: fc.constant(false) },
    { weight: 1, arbitrary: fc.constant(true) },
  ),
  delayMs: fc.oneof(
    { weight: 6, arbitrary: fc.constant(20) },
    { weight: 1, arbitrary: fc.integer({ min: 0, max: 120 }) },
  ),
});

export const fates = fc.array(fate, { minLength: 2, maxLength: 120 });

/** In the order of coming, of packets that are sent one every `intervalMs`. */
export function deliveriesOf(all: readonly Fate[], intervalMs: number): readonly Delivery[] {
  const deliveries = all.flatMap(({ isLost, repairedAfterMs, isDoubled, delayMs }, index) => {
    const sentAtMs = index * intervalMs;
    const times = isLost
      ? repairedAfterMs === undefined
        ? []
        : [sentAtMs + repairedAfterMs]
      : [sentAtMs + delayMs];
    if (isDoubled && times.length > 0) times.push(times[0]! + 3);
    return times.map(atMs => ({ index, atMs }));
  });
  return deliveries.sort((a, b) => a.atMs - b.atMs);
}
