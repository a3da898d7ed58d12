import test from 'ava';
import fc from 'fast-check';
import { remapExtensions } from '../../../transports/rtp/canonical.ts';
import { ourExtensionIds } from '../../../transports/rtp/header-extensions.ts';
import { mutated, mutationRuns } from './mutated.ts';
import { rtpBytes } from './packets.ts';

function withElements(data: readonly number[]): Uint8Array {
  return rtpBytes({ extension: { profile: 0xbede, data }, payload: [0x20, 0x30, 0x52] });
}
const all = [0x20, 0x9e, 0x30, 1, 0x52, 1, 2, 3];

test('gives each element the id that the viewer negotiated', t => {
  const bytes = withElements(all);
  remapExtensions(bytes, { audioLevel: 14, videoOrientation: 1, playoutDelay: 2 });
  t.deepEqual(bytes, withElements([0xe0, 0x9e, 0x10, 1, 0x22, 1, 2, 3]));
});

test('makes padding of what was not negotiated, and of ids that one-byte headers cannot carry', t => {
  const bytes = withElements(all);
  remapExtensions(bytes, { videoOrientation: 3, playoutDelay: 15 });
  t.deepEqual(bytes, withElements([0, 0, 0x30, 1, 0, 0, 0, 0]));
});

test('changes nothing for our own ids, nor in a packet without extensions', t => {
  const bytes = withElements(all);
  remapExtensions(bytes, ourExtensionIds);
  t.deepEqual(bytes, withElements(all));
  const plain = rtpBytes({ payload: [0x20, 0x20, 0x20, 0x20, 0x20, 0x20] });
  remapExtensions(plain, {});
  t.deepEqual(plain, rtpBytes({ payload: [0x20, 0x20, 0x20, 0x20, 0x20, 0x20] }));
});

test('never writes past the extension, whatever its elements claim', t => {
  fc.assert(
    fc.property(mutated([withElements(all)]), bytes => {
      if (bytes.length < 16) return true;
      const end = 16 + 4 * ((bytes[14]! << 8) | bytes[15]!);
      const before = bytes.slice();
      remapExtensions(bytes, {});
      return (
        Buffer.compare(bytes.subarray(0, 16), before.subarray(0, 16)) === 0 &&
        Buffer.compare(bytes.subarray(end), before.subarray(end)) === 0
      );
    }),
    mutationRuns,
  );
  t.pass();
});
