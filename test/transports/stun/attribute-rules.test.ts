import test from 'ava';
import { buildStun } from '../../../transports/stun/build.ts';
import { parseStun, UNKNOWN_REQUIRED_MAX } from '../../../transports/stun/message.ts';
import { REQUEST } from './vectors.ts';

/** A request of exactly these attributes. */
function request(...attributes: readonly (readonly [type: number, value: readonly number[]])[]): Uint8Array {
  const body = attributes.flatMap(([type, value]) => {
    const padding = new Array((4 - (value.length % 4)) % 4).fill(0);
    return [type >> 8, type & 0xff, value.length >> 8, value.length & 0xff, ...value, ...padding];
  });
  const header = [
    0,
    1,
    body.length >> 8,
    body.length & 0xff,
    0x21,
    0x12,
    0xa4,
    0x42,
    ...new Array(12).fill(7),
  ];
  return Uint8Array.from([...header, ...body]);
}

const USERNAME = 0x0006;
const INTEGRITY = 0x0008;
const PRIORITY = 0x0024;
const bytes = (count: number) => new Array<number>(count).fill(0);

test('of an attribute that comes twice the first counts', t => {
  const message = parseStun(
    request([USERNAME, [0x61]], [PRIORITY, [0, 0, 0, 1]], [USERNAME, [0x62]], [PRIORITY, [0, 0, 0, 2]]),
  );
  t.is(message?.attributes.username, 'a');
  t.is(message?.attributes.priority, 1);
});

test('what follows MESSAGE-INTEGRITY is not read', t => {
  const message = parseStun(request([INTEGRITY, bytes(20)], [USERNAME, [0x61]], [0x0777, []]));
  t.deepEqual(message?.attributes, {});
  t.deepEqual(message?.unknownRequired, []);
  t.is(message?.integrityOffset, 20);
});

test('unknown types are listed when they must be understood, and skipped when not', t => {
  const message = parseStun(request([0x7fff, [1, 2, 3]], [0x8000, [1]], [0x0015, []], [0xc057, bytes(4)]));
  t.deepEqual(message?.unknownRequired, [0x7fff, 0x0015]);
});

test('the list of unknown types has a limit', t => {
  const many = Array.from({ length: 1000 }, (_, i) => [0x0100 + i, []] as const);
  t.is(parseStun(request(...many))?.unknownRequired.length, UNKNOWN_REQUIRED_MAX);
});

test('the list of types in a 420 has a limit', t => {
  t.is(parseStun(request([0x000a, bytes(400)]))?.attributes.unknownAttributes?.length, UNKNOWN_REQUIRED_MAX);
});

const malformed: Record<string, Uint8Array> = {
  'an empty datagram': new Uint8Array(0),
  'a header cut short': REQUEST.subarray(0, 19),
  'a message cut short': REQUEST.subarray(0, REQUEST.length - 4),
  'a message with something behind it': Buffer.concat([REQUEST, new Uint8Array(4)]),
  'another cookie': patched(REQUEST, 4, 0x20),
  'a first byte that is not of STUN': patched(REQUEST, 0, 0x80),
  'a length that is no multiple of four': Buffer.concat([patched(REQUEST, 3, 0x59), Uint8Array.of(0)]),
  'an attribute that overruns': patched(request([USERNAME, [0x61]]), 23, 200),
  'PRIORITY of three bytes': request([PRIORITY, [1, 2, 3]]),
  'ICE-CONTROLLING of four bytes': request([0x802a, bytes(4)]),
  'ICE-CONTROLLED of sixteen bytes': request([0x8029, bytes(16)]),
  'MESSAGE-INTEGRITY of 32 bytes': request([INTEGRITY, bytes(32)]),
  'FINGERPRINT of eight bytes': request([0x8028, bytes(8)]),
  'something behind FINGERPRINT': request([0x8028, bytes(4)], [0x8022, []]),
  'XOR-MAPPED-ADDRESS of no family': request([0x0020, [0, 3, ...bytes(6)]]),
  'XOR-MAPPED-ADDRESS of IPv6 with four bytes': request([0x0020, [0, 2, ...bytes(6)]]),
  'an empty XOR-MAPPED-ADDRESS': request([0x0020, []]),
  'ERROR-CODE of two bytes': request([0x0009, bytes(2)]),
  'ERROR-CODE 200': request([0x0009, [0, 0, 2, 0]]),
  'ERROR-CODE 4 hundred and 100': request([0x0009, [0, 0, 4, 100]]),
  'UNKNOWN-ATTRIBUTES of odd length': request([0x000a, bytes(3)]),
};

for (const [name, datagram] of Object.entries(malformed))
  test(`nothing is made of ${name}`, t => t.is(parseStun(datagram), undefined));

test('a message without attributes is one', t => {
  t.deepEqual(
    parseStun(buildStun({ class: 'indication', transactionId: new Uint8Array(12), fingerprint: false })),
    {
      class: 'indication',
      method: 1,
      transactionId: new Uint8Array(12),
      attributes: {},
      unknownRequired: [],
      fingerprint: 'absent',
    },
  );
});

function patched(message: Uint8Array, offset: number, byte: number): Uint8Array {
  const copy = message.slice();
  copy[offset] = byte;
  return copy;
}
