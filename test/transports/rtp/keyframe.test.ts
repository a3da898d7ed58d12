import test from 'ava';
import fc from 'fast-check';
import { type KeyframeStart, keyframeStart } from '../../../transports/rtp/keyframe.ts';

/** Payload descriptors and headers byte by byte, as the payload formats draw them. */
const cases: readonly [codec: string, what: string, payload: readonly number[], start: KeyframeStart][] = [
  // RFC 7741: X R N S R PID, then extensions, then the payload header with P in its lowest bit.
  ['VP8', 'a keyframe, plain', [0x10, 0x00], 'yes'],
  ['VP8', 'a frame that refers to others', [0x10, 0x01], 'no'],
  ['VP8', 'the middle of a keyframe', [0x00, 0x00], 'no'],
  ['VP8', 'a later partition of a keyframe', [0x11, 0x00], 'no'],
  ['VP8', 'a keyframe with a picture id of two bytes', [0x90, 0x80, 0x81, 0x02, 0x00], 'yes'],
  ['VP8', 'a keyframe with a picture id of one byte', [0x90, 0x80, 0x01, 0x00], 'yes'],
  ['VP8', 'a keyframe with all that libwebrtc adds', [0x90, 0xf0, 0x81, 0x02, 0x07, 0x20, 0x00], 'yes'],
  ['VP8', 'an inter frame with all that', [0x90, 0xf0, 0x81, 0x02, 0x07, 0x20, 0x01], 'no'],
  ['VP8', 'a descriptor without a frame', [0x90, 0xf0, 0x81], 'no'],
  // RFC 9628: I P L F B E V Z.
  ['VP9', 'a key picture', [0x08], 'yes'],
  ['VP9', 'a predicted picture', [0x48], 'no'],
  ['VP9', 'the middle of a key picture', [0x04], 'no'],
  ['VP9', 'the lowest layer of a key picture', [0xa8, 0x81, 0x02, 0x10], 'yes'],
  ['VP9', 'the next layer of a key picture', [0xa8, 0x81, 0x02, 0x13], 'no'],
  ['VP9', 'layers, with a picture id of one byte', [0xa8, 0x01, 0x00], 'yes'],
  ['VP9', 'layers that are cut off', [0xa8, 0x81], 'no'],
  // RFC 6184: F NRI type.
  ['H264', 'parameter sets', [0x67, 0x42], 'yes'],
  ['H264', 'an IDR slice', [0x65, 0x88], 'if first of its frame'],
  ['H264', 'another slice', [0x41, 0x9a], 'no'],
  ['H264', 'an aggregate with parameter sets', [0x78, 0, 2, 0x67, 0x42, 0, 1, 0x68], 'yes'],
  ['H264', 'an aggregate with parameter sets last', [0x78, 0, 1, 0x09, 0, 2, 0x67, 0x42], 'yes'],
  ['H264', 'an aggregate with an IDR slice', [0x78, 0, 1, 0x06, 0, 2, 0x65, 0x88], 'if first of its frame'],
  ['H264', 'an aggregate of other units', [0x78, 0, 1, 0x06, 0, 1, 0x41], 'no'],
  ['H264', 'the first fragment of an IDR slice', [0x7c, 0x85], 'if first of its frame'],
  ['H264', 'a later fragment of an IDR slice', [0x7c, 0x05], 'no'],
  ['H264', 'the first fragment of another slice', [0x5c, 0x81], 'no'],
  // AV1 RTP payload format: Z Y W W N.
  ['AV1', 'a new coded video sequence', [0x18], 'yes'],
  ['AV1', 'the next packet of it', [0x90], 'no'],
  ['AV1', 'another temporal unit', [0x10], 'no'],
  ['opus', 'sound', [0x10, 0x00], 'no'],
  ['VP8', 'padding', [], 'no'],
];

for (const [codec, what, payload, start] of cases) {
  test(`${codec}: ${what}: ${start}`, t => t.is(keyframeStart(codec, Uint8Array.from(payload)), start));
}

test('whatever bytes come, the answer is one of three, and nothing throws', t => {
  const answers: KeyframeStart[] = ['yes', 'no', 'if first of its frame'];
  fc.assert(
    fc.property(
      fc.constantFrom('VP8', 'VP9', 'H264', 'AV1'),
      fc.uint8Array({ maxLength: 40 }),
      (codec, payload) => answers.includes(keyframeStart(codec, payload)),
    ),
    { numRuns: 2000 },
  );
  t.pass();
});
