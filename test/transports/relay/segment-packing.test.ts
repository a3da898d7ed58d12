import { isDeepStrictEqual } from 'node:util';
import test from 'ava';
import fc from 'fast-check';
import type { SegmentHeader } from '../../../transports/kcp/segment.ts';
import {
  PACKED_HEADER_MAX_BYTES,
  SegmentPacker,
  unpackSegments,
} from '../../../transports/relay/segment-packing.ts';
import { mutated, mutationRuns } from '../rtp/mutated.ts';

const MAX_BYTES = 600;
const properties = { seed: mutationRuns.seed, numRuns: 500 };
const uint32 = fc.oneof(
  fc.constantFrom(0, 1, 127, 128, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1),
  fc.nat(0xffff_ffff),
);
const segment = fc
  .record({
    conversation: fc.oneof(fc.nat(3), uint32),
    command: fc.constantFrom<number>(81, 82, 83, 84),
    fragmentsLeft: fc.oneof(fc.constant(0), fc.nat(255)),
    windowSegments: fc.nat(0xffff),
    timestampMs: uint32,
    sequence: uint32,
    ahead: fc.oneof(fc.constant(undefined), fc.integer({ min: -70, max: 70 })),
    nextExpected: uint32,
    payload: fc.uint8Array({ maxLength: 400 }),
  })
  .map(({ ahead, ...rest }) => ({
    ...rest,
    nextExpected: ahead === undefined ? rest.nextExpected : (rest.sequence + ahead) >>> 0,
    payload: rest.command === 81 ? rest.payload : new Uint8Array(0),
  }));
type Segment = typeof segment extends fc.Arbitrary<infer Value> ? Value : never;

function headerOf({ payload, ...header }: Segment): SegmentHeader {
  return { ...header, byteCount: payload.length };
}

function packed(segments: readonly Segment[]): readonly Uint8Array[] {
  const payloads: Uint8Array[] = [];
  const packer = new SegmentPacker(MAX_BYTES, payload => payloads.push(payload));
  for (const one of segments) packer.add(headerOf(one), one.payload);
  packer.finish();
  return payloads;
}

test('segments come out as they went in, whatever their numbers, and payloads keep to their size', t => {
  fc.assert(
    fc.property(fc.array(segment, { maxLength: 20 }), segments => {
      const payloads = packed(segments);
      const came = payloads.flatMap(payload => unpackSegments(payload).segments);
      return (
        payloads.every(payload => payload.length <= MAX_BYTES && unpackSegments(payload).isWhole) &&
        came.length === segments.length &&
        came.every(
          ({ header, payload }, place) =>
            isDeepStrictEqual(header, headerOf(segments[place]!)) &&
            Buffer.compare(payload, segments[place]!.payload) === 0,
        )
      );
    }),
    properties,
  );
  t.pass();
});

test('no header is longer than what is left room for, and most are shorter than those of KCP', t => {
  const longest = {
    conversation: 0xffff_ffff,
    command: 81,
    fragmentsLeft: 255,
    windowSegments: 0xffff,
    timestampMs: 0xffff_ffff,
    sequence: 0x7000_0000,
    nextExpected: 0xf000_0000,
    payload: new Uint8Array(400),
  };
  const bytesOf = (one: Segment) => packed([one])[0]!.length - one.payload.length;
  t.true(bytesOf(longest) <= PACKED_HEADER_MAX_BYTES);
  const usual = { ...longest, conversation: 300, fragmentsLeft: 0, windowSegments: 1_024, nextExpected: 0 };
  t.is(bytesOf({ ...usual, sequence: 40_000 }), 16);
  const acknowledgement = { ...usual, command: 82, payload: new Uint8Array(0) };
  t.is(bytesOf({ ...acknowledgement, sequence: 40_000, nextExpected: 40_001 }), 14);
});

test('no broken form of a payload makes the parser throw or grow', t => {
  const samples = fc
    .sample(fc.array(segment, { minLength: 1, maxLength: 8 }), { ...properties, numRuns: 30 })
    .flatMap(packed);
  fc.assert(
    fc.property(fc.oneof(mutated(samples), fc.uint8Array({ maxLength: 200 })), bytes => {
      const { segments } = unpackSegments(bytes);
      const size = segments.reduce((sum, { payload }) => sum + payload.length, 0);
      // A header comes of no fewer than eleven bytes.
      return size + 11 * segments.length <= bytes.length;
    }),
    mutationRuns,
  );
  t.pass();
});

test('each byte that is missing is missed, and what came before it counts', t => {
  const segments = fc.sample(segment, { ...properties, numRuns: 3 });
  const [payload] = packed(segments);
  const ends = [1, 2].map(count => packed(segments.slice(0, count))[0]!.length);
  for (let length = 1; length < payload!.length; length += 1) {
    const { isWhole } = unpackSegments(payload!.subarray(0, length));
    t.is(isWhole, ends.includes(length), `${length} of ${payload!.length}`);
  }
});
