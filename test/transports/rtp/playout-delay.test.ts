import test from 'ava';
import fc from 'fast-check';
import { canonicalise } from '../../../transports/rtp/canonical.ts';
import { ourExtensionIds } from '../../../transports/rtp/header-extensions.ts';
import { parseRtp } from '../../../transports/rtp/packet.ts';
import {
  maxPlayoutDelayMs,
  readPlayoutDelay,
  withPlayoutDelay,
} from '../../../transports/rtp/playout-delay.ts';
import { rtpBytes } from './packets.ts';

const header = { marker: true, payloadType: 97, sequenceNumber: 65_535, timestamp: 0xffffffff };

function withElements(data: readonly number[]): Uint8Array {
  return rtpBytes({ ...header, extension: { profile: 0xbede, data } });
}

function read(bytes: Uint8Array) {
  return readPlayoutDelay(parseRtp(bytes)!, ourExtensionIds.playoutDelay);
}

test('adds the element to a packet without extensions', t => {
  // 100 ms is 10 steps, 0x00a; 400 ms is 40, 0x028.
  t.deepEqual(withPlayoutDelay(rtpBytes(header), 100, 400), withElements([0x52, 0x00, 0xa0, 0x28]));
});

test('adds the element after those that are there, also one whose data are zeros', t => {
  t.deepEqual(
    withPlayoutDelay(withElements([0x20, 0x00]), 0, 0),
    withElements([0x20, 0x00, 0x52, 0, 0, 0, 0, 0]),
  );
  t.deepEqual(
    withPlayoutDelay(withElements([0x20, 0x9e, 0x30, 1]), 10, 20),
    withElements([0x20, 0x9e, 0x30, 1, 0x52, 0x00, 0x10, 0x02]),
  );
});

test('writes over the element that is there, in the same bytes', t => {
  const bytes = withElements([0x20, 0x9e, 0x52, 1, 2, 3]);
  t.is(withPlayoutDelay(bytes, maxPlayoutDelayMs, maxPlayoutDelayMs), bytes);
  t.deepEqual(bytes, withElements([0x20, 0x9e, 0x52, 0xff, 0xff, 0xff]));
});

test('rounds to steps, and clamps to the range and to an order that receivers take', t => {
  const written = (minMs: number, maxMs: number) => read(withPlayoutDelay(rtpBytes(header), minMs, maxMs));
  t.deepEqual(written(124, 125.1), { minMs: 120, maxMs: 130 });
  t.deepEqual(written(-5, 1e9), { minMs: 0, maxMs: 40_950 });
  t.deepEqual(written(300, 200), { minMs: 300, maxMs: 300 });
  t.deepEqual(written(20, Number.POSITIVE_INFINITY), { minMs: 20, maxMs: 40_950 });
});

test('reads nothing where there is none, or where its length is another', t => {
  t.is(read(rtpBytes(header)), undefined);
  t.is(read(withElements([0x51, 1, 2])), undefined);
  t.is(readPlayoutDelay(parseRtp(withElements([0x52, 1, 2, 3]))!, undefined), undefined);
});

test('whatever it is added to stays in canonical form, with the same elements and payload', t => {
  const element = (id: number, length: number) =>
    fc
      .option(fc.array(fc.nat(255), { minLength: length, maxLength: length }))
      .map(data => (data === null ? [] : [(id << 4) | (length - 1), ...data]));
  const elements = fc.tuple(element(2, 1), element(3, 1), element(5, 3)).map(parts => parts.flat());
  const delayMs = fc.nat(maxPlayoutDelayMs / 10).map(steps => steps * 10);
  fc.assert(
    fc.property(elements, fc.array(fc.nat(255)), delayMs, delayMs, (data, payload, one, other) => {
      const extension = { profile: 0xbede, data };
      const bytes = rtpBytes(data.length === 0 ? { payload } : { extension, payload });
      const before = parseRtp(bytes.slice())!;
      const [minMs, maxMs] = [Math.min(one, other), Math.max(one, other)];
      const written = withPlayoutDelay(bytes, minMs, maxMs);
      const packet = parseRtp(written)!;
      t.deepEqual(read(written), { minMs, maxMs });
      t.deepEqual(canonicalise(packet, ourExtensionIds), written);
      const rest = { ...ourExtensionIds, playoutDelay: 15 };
      t.deepEqual(canonicalise(packet, rest), canonicalise(before, rest));
    }),
  );
});
