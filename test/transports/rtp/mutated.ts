/** Broken forms of sound datagrams, for tests that a parser survives anything; the seed makes every run the same. */
import fc from 'fast-check';

export const mutationRuns = { seed: 20_260_117, numRuns: 3000 } as const;

const edit = fc.oneof(
  fc.record({ kind: fc.constant('flip' as const), at: fc.nat(), bit: fc.nat(7) }),
  fc.record({
    kind: fc.constant('set' as const),
    at: fc.nat(),
    byte: fc.constantFrom(0, 1, 0x7f, 0x80, 0xff),
  }),
  fc.record({ kind: fc.constant('truncate' as const), at: fc.nat() }),
  fc.record({ kind: fc.constant('insert' as const), at: fc.nat(), byte: fc.nat(255) }),
);

/** One of `samples` after one to eight edits. */
export function mutated(samples: readonly Uint8Array[]): fc.Arbitrary<Uint8Array> {
  return fc
    .tuple(fc.constantFrom(...samples), fc.array(edit, { minLength: 1, maxLength: 8 }))
    .map(([sample, edits]) => {
      let bytes = [...sample];
      for (const { kind, at, ...how } of edits) {
        const place = at % (bytes.length + 1);
        if (kind === 'truncate') bytes = bytes.slice(0, place);
        else if (kind === 'insert') bytes.splice(place, 0, (how as { byte: number }).byte);
        else if (place === bytes.length) continue;
        else if (kind === 'set') bytes[place] = (how as { byte: number }).byte;
        else bytes[place]! ^= 1 << (how as { bit: number }).bit;
      }
      return Uint8Array.from(bytes);
    });
}
