import test from 'ava';
import fc from 'fast-check';
import { beginsKeyframe } from '../../../simulations/load/vp8-keyframe.ts';

const yes: readonly (readonly [what: string, bytes: readonly number[]])[] = [
  ['no extension', [0x10, 0x50]],
  ['non-reference bit', [0x30, 0x50]],
  ['a short picture id', [0x90, 0x80, 0x11, 0x50]],
  ['a long picture id', [0x90, 0x80, 0x91, 0x23, 0x50]],
  ['TL0PICIDX', [0x90, 0x40, 0x01, 0x50]],
  ['TID alone', [0x90, 0x20, 0x41, 0x50]],
  ['KEYIDX alone', [0x90, 0x10, 0x41, 0x50]],
  ['everything', [0x90, 0xf0, 0x91, 0x23, 0x01, 0x41, 0x50]],
];

for (const [what, bytes] of yes) {
  test(`a keyframe begins, with ${what}`, t => t.true(beginsKeyframe(Uint8Array.from(bytes))));
  test(`an inter frame begins, with ${what}`, t => {
    t.false(beginsKeyframe(Uint8Array.from([...bytes.slice(0, -1), 0x51])));
  });
  test(`cut short, with ${what}`, t => {
    for (let length = 0; length < bytes.length; length += 1)
      t.false(beginsKeyframe(Uint8Array.from(bytes.slice(0, length))));
  });
}

test('a packet that goes on with a partition, or begins a later one, begins no frame', t => {
  t.false(beginsKeyframe(Uint8Array.of(0x00, 0x50)));
  t.false(beginsKeyframe(Uint8Array.of(0x11, 0x50)));
});

test('nothing makes it throw', t => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 12 }), bytes => typeof beginsKeyframe(bytes) === 'boolean'),
    { seed: 1 },
  );
  t.pass();
});
