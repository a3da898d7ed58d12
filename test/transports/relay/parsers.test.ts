import test from 'ava';
import fc from 'fast-check';
import { type ControlMessage, parseControl, writeControl } from '../../../transports/relay/control.ts';
import {
  type GreetingDatagram,
  parseDatagram,
  SEALED_HEADER_BYTES,
  writeSealedHeader,
} from '../../../transports/relay/datagram.ts';
import { FRAME_MAX_BYTES, parseFrame, type RelayFrame, writeFrame } from '../../../transports/relay/frame.ts';
import {
  parseAcceptPayload,
  parseCookie,
  parseHello,
  parseNode,
  parseRefusal,
  writeAcceptPayload,
  writeCookie,
  writeHello,
  writeNode,
  writeRefusal,
} from '../../../transports/relay/greeting.ts';
import {
  LinkMessageWriter,
  numberOf,
  parseLinkMessage,
  probedPayload,
  probePayload,
} from '../../../transports/relay/link-message.ts';
import { parseLossReport, writeLossReport } from '../../../transports/relay/loss-meter.ts';
import { MAX_UINT48 } from '../../../transports/relay/uint48.ts';
import { mutated, mutationRuns } from '../rtp/mutated.ts';

const uint48 = fc.oneof(
  fc.constantFrom(0, 2 ** 32 - 1, 2 ** 32, MAX_UINT48),
  fc.maxSafeNat().map(value => value % 2 ** 48),
);
const uint32 = fc.nat(0xffff_ffff);
const sealedHeader = (link: number, number: number) =>
  writeSealedHeader(new Uint8Array(SEALED_HEADER_BYTES), link, number);
const node = fc.record({
  node: fc.string({ minLength: 1, maxLength: 63, unit: fc.constantFrom(...'abc-.!~09') }),
  incarnation: uint48,
});
const range = fc
  .tuple(fc.nat(255), fc.nat(255))
  .map(([a, b]) => ({ lowest: Math.min(a, b), highest: Math.max(a, b) }));
const properties = { seed: mutationRuns.seed, numRuns: 300 };

const key = new Uint8Array(32).fill(7);
const linkId = fc.integer({ min: 1, max: 0xffff_ffff });
const bytesOf = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
const hellos = fc.record({ linkId, versions: range, cookie: bytesOf(16), message: bytesOf(118) });
const acceptPayloads = fc.record({ linkId, version: fc.nat(255), from: node });
const refusals = fc.record({
  code: fc.constantFrom('version' as const, 'busy' as const, 'not allowed' as const),
  versions: range,
  words: fc.string({ maxLength: 80, unit: 'grapheme-ascii' }),
});
const answersTo = fc.record({ linkId, ephemeral: bytesOf(32), version: fc.nat(255) });
const sealed = fc.record({
  linkId,
  number: fc.oneof(fc.constantFrom(0, 2 ** 32 - 1, 2 ** 32, Number.MAX_SAFE_INTEGER), fc.maxSafeNat()),
  body: fc.uint8Array({ maxLength: 50 }),
});
const linkMessages = fc.record({
  kind: fc.constantFrom(
    'data' as const,
    'ping' as const,
    'pong' as const,
    'close' as const,
    'challenge' as const,
    'response' as const,
    'parity' as const,
    'report' as const,
    'probe' as const,
    'probed' as const,
  ),
  payload: fc.uint8Array({ maxLength: 50 }),
});
const reports = fc.record({ received: uint32, lost: uint32, bursts: uint32 });
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
    fc.property(sealed, ({ linkId: id, number, body }) => {
      const bytes = Buffer.concat([sealedHeader(id, number), body]);
      same({ type: 'sealed', linkId: id, number, bytes }, parseDatagram(bytes));
    }),
    properties,
  );
  fc.assert(
    fc.property(hellos, value => void same(value, parseHello(key, greeting(writeHello(key, value))))),
    properties,
  );
  fc.assert(
    fc.property(answersTo, refusals, bytesOf(16), (to, refusal, cookie) => {
      const refused = greeting(writeRefusal(key, to, refusal));
      same({ ...refused, bytes: [] }, { ...refused, linkId: to.linkId, version: to.version, bytes: [] });
      same(refusal, parseRefusal(key, to.ephemeral, refused));
      same({ cookie }, { cookie: parseCookie(key, to.ephemeral, greeting(writeCookie(key, to, cookie))) });
    }),
    properties,
  );
  fc.assert(
    fc.property(acceptPayloads, value => void same(value, parseAcceptPayload(writeAcceptPayload(value)))),
    properties,
  );
  fc.assert(
    fc.property(node, value => void same(value, parseNode(writeNode(value)))),
    properties,
  );
  fc.assert(
    fc.property(
      linkMessages,
      ({ kind, payload }) =>
        void same({ kind, payload }, parseLinkMessage(new LinkMessageWriter().write(kind, payload))),
    ),
    properties,
  );
  fc.assert(
    fc.property(frames, value => void same(value, parseFrame(written(value)))),
    properties,
  );
  for (const message of controls) same(message, parseControl(writeControl(message)));
});

test('a probe is as long as it is to be, and its answer is its number alone', t => {
  fc.assert(
    fc.property(uint32, fc.integer({ min: 4, max: 9_000 }), (number, byteCount) => {
      const probe = probePayload(number, byteCount);
      return probe.length === byteCount && numberOf(probedPayload(probe)!) === number;
    }),
    properties,
  );
  t.is(probedPayload(new Uint8Array(3)), undefined);
});

test('a sealed datagram is laid out as documented', t => {
  t.deepEqual(
    [...sealedHeader(0x01020304, 0x0006_0708_090a_0b0c)],
    [8, 1, 2, 3, 4, 0, 6, 7, 8, 9, 10, 11, 12],
  );
});

test('numbers that are no safe integers make no datagram', t => {
  const bytes = sealedHeader(1, Number.MAX_SAFE_INTEGER);
  bytes[6] = 0x20;
  t.is(parseDatagram(bytes), undefined);
});

function samplesOf<Value>(values: fc.Arbitrary<Value>, write: (value: Value) => Uint8Array) {
  return fc.sample(values, properties).slice(0, 20).map(write);
}

const to = { linkId: 9, ephemeral: new Uint8Array(32), version: 2 };
const parsers: Record<string, { parse: (bytes: Uint8Array) => unknown; samples: readonly Uint8Array[] }> = {
  datagram: {
    parse: parseDatagram,
    samples: [
      ...samplesOf(sealed, ({ linkId: id, number, body }) => Buffer.concat([sealedHeader(id, number), body])),
      ...samplesOf(hellos, value => writeHello(key, value)),
    ],
  },
  hello: {
    parse: bytes => asGreeting(bytes, datagram => parseHello(key, datagram)),
    samples: samplesOf(hellos, value => writeHello(key, value)),
  },
  cookie: {
    parse: bytes => asGreeting(bytes, datagram => parseCookie(key, to.ephemeral, datagram)),
    samples: samplesOf(bytesOf(16), value => writeCookie(key, to, value)),
  },
  refusal: {
    parse: bytes => asGreeting(bytes, datagram => parseRefusal(key, to.ephemeral, datagram)),
    samples: samplesOf(refusals, value => writeRefusal(key, to, value)),
  },
  node: { parse: parseNode, samples: samplesOf(node, writeNode) },
  'payload of an accept': {
    parse: parseAcceptPayload,
    samples: samplesOf(acceptPayloads, writeAcceptPayload),
  },
  'message of a link': {
    parse: parseLinkMessage,
    samples: samplesOf(linkMessages, ({ kind, payload }) => new LinkMessageWriter().write(kind, payload)),
  },
  'report of losses': {
    parse: parseLossReport,
    samples: samplesOf(reports, writeLossReport),
  },
  probe: { parse: probedPayload, samples: samplesOf(uint32, number => probePayload(number, 40)) },
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

test('no broken form of a greeting passes for one', t => {
  for (const name of ['hello', 'cookie', 'refusal']) {
    const { parse, samples } = parsers[name]!;
    const whole = new Set(samples.map(bytes => bytes.toString()));
    fc.assert(
      fc.property(mutated(samples), bytes => whole.has(bytes.toString()) || parse(bytes) === undefined),
      mutationRuns,
    );
  }
  t.pass();
});

test('each byte that is missing is missed', t => {
  for (const name of ['hello', 'cookie', 'refusal', 'node', 'payload of an accept']) {
    const { parse, samples } = parsers[name]!;
    for (const sample of samples)
      for (let length = 0; length < sample.length; length += 1)
        t.is(parse(sample.subarray(0, length)), undefined);
  }
  for (let length = 0; length < SEALED_HEADER_BYTES; length += 1)
    t.is(parseDatagram(sealedHeader(1, 2).subarray(0, length)), undefined);
});

function greeting(bytes: Uint8Array): GreetingDatagram {
  return parseDatagram(bytes) as GreetingDatagram;
}

function asGreeting(bytes: Uint8Array, parse: (datagram: GreetingDatagram) => unknown): unknown {
  const datagram = parseDatagram(bytes);
  return datagram === undefined || datagram.type === 'sealed' ? undefined : parse(datagram);
}

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
