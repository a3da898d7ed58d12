import test from 'ava';
import fc from 'fast-check';
import { parseVp8 } from '../../../simulations/bench/vp8-descriptor.ts';

const bytes = (...values: number[]) => Uint8Array.from(values);

for (const [what, payload, expected] of [
  ['a keyframe without extensions', bytes(0x10, 0x00), { isStart: true, isKeyframe: true, pictureIdBits: 7 }],
  ['another frame', bytes(0x10, 0x01), { isStart: true, isKeyframe: false }],
  ['a packet further on in a frame', bytes(0x00, 0x00), { isStart: false, isKeyframe: false }],
  ['the start of a later partition', bytes(0x11, 0x00), { isStart: false, isKeyframe: false }],
  ['a frame that none refers to', bytes(0x30, 0x01), { isStart: true, isDroppable: true }],
  ['a picture id of 7 bits', bytes(0x90, 0x80, 0x7f, 0x01), { pictureId: 127, pictureIdBits: 7 }],
  ['a picture id of 15 bits', bytes(0x90, 0x80, 0xff, 0xfe, 0x00), { pictureId: 0x7ffe, pictureIdBits: 15 }],
  [
    'all extensions',
    bytes(0x90, 0xf0, 0x81, 0x02, 0x05, 0x20, 0x00),
    { pictureId: 0x102, pictureIdBits: 15, isKeyframe: true },
  ],
  ['a layer, without a picture id', bytes(0x90, 0x20, 0x40, 0x00), { isKeyframe: true }],
] as const) {
  test(what, t => t.like(parseVp8(payload), expected));
}

test('what ends before the frame begins is no packet of VP8', t => {
  for (const whole of [bytes(0x10, 0x00), bytes(0x90, 0xf0, 0x81, 0x02, 0x05, 0x20, 0x00)]) {
    for (let length = 0; length < whole.length; length += 1)
      t.is(parseVp8(whole.subarray(0, length)), undefined, String(length));
  }
});

test('any bytes are read, or are none', t => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 10 }), payload => {
      const found = parseVp8(payload);
      return (
        found === undefined || found.pictureId === undefined || found.pictureId < 2 ** found.pictureIdBits
      );
    }),
    { seed: 7 },
  );
  t.pass();
});
