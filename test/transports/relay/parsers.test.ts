import test from 'ava';
import fc from 'fast-check';
import { type ControlMessage, parseControl, writeControl } from '../../../transports/relay/control.ts';
import { parseDatagram, writeDatagram } from '../../../transports/relay/datagram.ts';
import { FRAME_MAX_BYTES, parseFrame, type RelayFrame, writeFrame } from '../../../transports/relay/frame.ts';
import {
  parseAccept,
  parseHello,
  parseRefusal,
  writeAccept,
  writeHello,
  writeRefusal,
} from '../../../transports/relay/greeting.ts';
import { MAX_UINT48 } from '../../../transports/relay/uint48.ts';
import { mutated, mutationRuns } from '../rtp/mutated.ts';

const uint48 = fc.oneof(
  fc.constantFrom(0, 2 ** 32 - 1, 2 ** 32, MAX_UINT48),
  fc.maxSafeNat().map(value => value % 2 ** 48),
);
const uint32 = fc.nat(0xffff_ffff);
const node = fc.record({
  node: fc.string({ minLength: 1, maxLength: 63, unit: fc.constantFrom(...'abc-.!~09') }),
  incarnation: uint48,
});
const range = fc
  .tuple(fc.nat(255), fc.nat(255))
  .map(([a, b]) => ({ lowest: Math.min(a, b), highest: Math.max(a, b) }));
const properties = { seed: mutationRuns.seed, numRuns: 300 };

const hellos = fc.record({ linkId: fc.integer({ min: 1, max: 0xffff_ffff }), versions: range, from: node });
const accepts = fc.record({ linkId: fc.integer({ min: 1, max: 0xffff_ffff }), from: node });
const refusals = fc.record({
  code: fc.constantFrom('version' as const, 'busy' as const, 'not allowed' as const),
  versions: range,
  words: fc.string({ maxLength: 80, unit: 'grapheme-ascii' }),
});
const datagrams = fc.record({
  type: fc.constantFrom(
    'accept' as const,
    'refuse' as const,
    'data' as const,
    'ping' as const,
    'pong' as const,
    'close' as const,
  ),
  version: fc.nat(255),
  linkId: fc.integer({ min: 1, max: 0xffff_ffff }),
  payload: fc.uint8Array({ maxLength: 50 }),
});
const frames: fc.Arbitrary<RelayFrame> = fc.oneof(
  fc.record({
    kind: fc.constant('media' as const),
    epoch: uint48,
    sequenceNumber: uint48,
    timestamp: uint48,
    packet: fc.uint8Array({ minLength: 12, maxLength: 60 }),
  }),
  fc.record({
    kind: fc.constant('clock' as const),
    epoch: uint48,
    ntp: fc.record({ seconds: uint32, fraction: uint32 }),
    timestamp: uint48,
  }),
);
const controls: readonly ControlMessage[] = [
  { kind: 'subscribe', id: 1, stream: 'math-101', path: ['a', 'b'] },
  {
    kind: 'subscribed',
    id: 2 ** 40,
    epoch: MAX_UINT48,
    path: ['origin', 'provider'],
    conversations: { audio: 1, video: 0xffff_ffff },
  },
  { kind: 'unsubscribe', id: 3, reason: '' },
  { kind: 'keyframe', id: 4 },
  { kind: 'refused', id: 5, reason: 'no' },
  { kind: 'ended', id: 6, reason: 'gone' },
];

test('what is written is read again', t => {
  const same = (one: object, other: object | undefined) => t.deepEqual(plain(other), plain(one));
  fc.assert(
    fc.property(datagrams, value => void same(value, parseDatagram(writeDatagram(value)))),
    properties,
  );
  fc.assert(
    fc.property(hellos, value => void same(value, parseHello(writeHello(value)))),
    properties,
  );
  fc.assert(
    fc.property(accepts, value => void same(value, parseAccept(writeAccept(value)))),
    properties,
  );
  fc.assert(
    fc.property(refusals, value => void same(value, parseRefusal(writeRefusal(value)))),
    properties,
  );
  fc.assert(
    fc.property(frames, value => void same(value, parseFrame(written(value)))),
    properties,
  );
  for (const message of controls) same(message, parseControl(writeControl(message)));
});

test('a datagram is laid out as documented', t => {
  const bytes = writeDatagram({ type: 'data', version: 1, linkId: 0x01020304, payload: Uint8Array.of(9) });
  t.deepEqual([...bytes], [4, 1, 1, 2, 3, 4, 9]);
});

const parsers: Record<string, { parse: (bytes: Uint8Array) => unknown; samples: readonly Uint8Array[] }> = {
  datagram: {
    parse: parseDatagram,
    samples: fc.sample(datagrams, properties).slice(0, 20).map(writeDatagram),
  },
  hello: { parse: parseHello, samples: fc.sample(hellos, properties).slice(0, 20).map(writeHello) },
  accept: { parse: parseAccept, samples: fc.sample(accepts, properties).slice(0, 20).map(writeAccept) },
  refusal: { parse: parseRefusal, samples: fc.sample(refusals, properties).slice(0, 20).map(writeRefusal) },
  frame: { parse: parseFrame, samples: fc.sample(frames, properties).slice(0, 20).map(written) },
  control: { parse: parseControl, samples: controls.map(writeControl) },
};

for (const [name, { parse, samples }] of Object.entries(parsers)) {
  test(`no broken form of a ${name} makes its parser throw or grow`, t => {
    fc.assert(
      fc.property(mutated(samples), bytes => {
        const size = JSON.stringify(plain(parse(bytes)) ?? null).length;
        return size <= 500 + 8 * bytes.length;
      }),
      mutationRuns,
    );
    t.true(samples.every(sample => parse(sample) !== undefined));
  });
}

test('each byte that is missing is missed', t => {
  for (const { parse, samples } of [parsers.hello!, parsers.accept!]) {
    for (const sample of samples)
      for (let length = 0; length < sample.length; length += 1)
        t.is(parse(sample.subarray(0, length)), undefined);
  }
});

function written(frame: RelayFrame): Uint8Array {
  return writeFrame(new Uint8Array(FRAME_MAX_BYTES), frame).slice();
}

/** Bytes as numbers, whichever kind of array they are in. */
function plain(value: unknown): unknown {
  return value === undefined
    ? undefined
    : JSON.parse(
        JSON.stringify(value, (_, inner) =>
          inner instanceof Uint8Array ? [...inner] : inner?.type === 'Buffer' ? inner.data : inner,
        ),
      );
}
