/** Relay links sealed by the one engine are opened by the other, and what was tampered with by neither. */
import test from 'ava';
import fc from 'fast-check';
import { AddonSeal } from '../../../transports/native/seal.ts';
import { type MakeSeal, sealWithNode, TAG_BYTES } from '../../../transports/relay/sealing.ts';
import { builtAddon } from '../engines.ts';

const addon = builtAddon();
const engines: Record<string, MakeSeal> = {
  portable: sealWithNode,
  native: key => new AddonSeal(addon, key),
};
const key = Uint8Array.from({ length: 32 }, (_, i) => i);
const bytes = (maxLength: number) => fc.uint8Array({ maxLength });
/** Around the wrap of 32 bits too, where a nonce changes its upper half. */
const numbers = fc.oneof(fc.integer({ min: 0, max: 2 ** 53 - 2 }), fc.constantFrom(0, 2 ** 32 - 1, 2 ** 32));

test('both make the same datagram', t => {
  fc.assert(
    fc.property(numbers, bytes(20), bytes(1400), (number, header, payload) => {
      const [portable, native] = Object.values(engines).map(make => make(key).seal(number, header, payload));
      t.deepEqual(Buffer.from(native!), Buffer.from(portable!));
    }),
  );
  t.pass();
});

for (const [name, make] of Object.entries(engines)) {
  test(`${name}: what was sealed is opened, and nothing else`, t => {
    const seal = make(key);
    fc.assert(
      fc.property(numbers, bytes(20), bytes(200), fc.nat(), fc.nat(7), (number, header, payload, at, bit) => {
        const datagram = seal.seal(number, header, payload);
        t.deepEqual(Buffer.from(seal.open(number, datagram, header.length)!), Buffer.from(payload));
        t.is(seal.open(number + 1, datagram, header.length), undefined, 'another number');
        t.is(seal.open(number, datagram.subarray(0, -1), header.length), undefined, 'cut short');
        const flipped = Uint8Array.from(datagram);
        flipped[at % flipped.length]! ^= 1 << bit;
        t.is(seal.open(number, flipped, header.length), undefined, 'a bit flipped');
      }),
    );
    t.is(seal.open(0, new Uint8Array(TAG_BYTES - 1), 0), undefined, 'no room for a tag');
    t.pass();
  });
}
