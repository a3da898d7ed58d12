import test from 'ava';
import fc from 'fast-check';
import {
  beforeExtensions,
  findExtension,
  nextExtension,
  readAudioLevel,
  readTransportSequenceNumber,
  readVideoOrientation,
} from '../../../transports/rtp/extensions.ts';
import { parseRtp, type RtpPacket } from '../../../transports/rtp/packet.ts';
import { mutated, mutationRuns } from './mutated.ts';
import { rtpBytes } from './packets.ts';

// RFC 8285 section 4.2's figure, one-byte headers with padding between, and section 4.3's, two-byte ones.
const oneByte = rtpBytes({
  extension: { profile: 0xbede, data: [0x10, 0xa1, 0x21, 0xb1, 0xb2, 0, 0, 0x33, 1, 2, 3, 4] },
});
const twoByte = rtpBytes({ extension: { profile: 0x1000, data: [1, 0, 0, 2, 1, 0xb1, 0, 200, 3, 1, 2, 3] } });

function elements(packet: RtpPacket): [id: number, ...data: number[]][] {
  const found: [number, ...number[]][] = [];
  const cursor = beforeExtensions(packet);
  while (nextExtension(packet, cursor)) {
    found.push([cursor.id, ...packet.bytes.subarray(cursor.offset, cursor.offset + cursor.length)]);
  }
  return found;
}

function withElements(profile: number, data: readonly number[]): RtpPacket {
  return parseRtp(rtpBytes({ extension: { profile, data } }))!;
}

test('walks over one-byte and two-byte elements and their padding', t => {
  t.deepEqual(elements(parseRtp(oneByte)!), [
    [1, 0xa1],
    [2, 0xb1, 0xb2],
    [3, 1, 2, 3, 4],
  ]);
  t.deepEqual(elements(parseRtp(twoByte)!), [[1], [2, 0xb1], [200, 1, 2, 3]]);
});

test('the application bits of the two-byte profile do not matter; another profile has no elements', t => {
  t.deepEqual(elements(withElements(0x100f, [7, 1, 9])), [[7, 9]]);
  t.deepEqual(elements(withElements(0x2000, [7, 1, 9])), []);
  t.deepEqual(elements(parseRtp(rtpBytes())!), []);
});

test('an element that does not fit ends the reading, and those before it stand', t => {
  t.deepEqual(elements(withElements(0xbede, [0x10, 5, 0x2f, 1])), [[1, 5]]);
  t.deepEqual(elements(withElements(0x1000, [1, 1, 5, 2])), [[1, 5]]);
  t.deepEqual(elements(withElements(0x1000, [1, 0, 2, 9])), [[1]]);
});

test('id 15, and padding that claims a length, end the reading of one-byte elements', t => {
  t.deepEqual(elements(withElements(0xbede, [0x10, 5, 0xf0, 1, 0x20, 6])), [[1, 5]]);
  t.deepEqual(elements(withElements(0xbede, [0x10, 5, 0x01, 1, 0x20, 6])), [[1, 5]]);
});

test('finds the first element of an id, and nothing for one that was not negotiated', t => {
  const packet = withElements(0xbede, [0x50, 7, 0x50, 8]);
  t.is(packet.bytes[findExtension(packet, 5)!.offset], 7);
  t.is(findExtension(packet, 6), undefined);
  t.is(findExtension(packet, undefined), undefined);
});

test('reads the transport-wide sequence number, whether or not more follows in the element', t => {
  t.is(readTransportSequenceNumber(withElements(0xbede, [0x41, 0xff, 0xfe]), 4), 0xfffe);
  t.is(readTransportSequenceNumber(withElements(0xbede, [0x43, 1, 2, 0, 0]), 4), 0x0102);
  t.is(readTransportSequenceNumber(withElements(0xbede, [0x40, 1]), 4), undefined);
});

test('reads the audio level', t => {
  t.deepEqual(readAudioLevel(withElements(0xbede, [0x20, 0x80 | 30]), 2), { voice: true, levelDbov: -30 });
  t.deepEqual(readAudioLevel(withElements(0x1000, [2, 1, 127]), 2), { voice: false, levelDbov: -127 });
  t.deepEqual(readAudioLevel(withElements(0xbede, [0x20, 0]), 2), { voice: false, levelDbov: 0 });
  t.is(readAudioLevel(withElements(0x1000, [2, 0]), 2), undefined);
});

test('reads the video orientation', t => {
  const read = (byte: number) => readVideoOrientation(withElements(0xbede, [0x30, byte]), 3);
  t.deepEqual(read(0), { camera: 'front', flipped: false, rotationDegrees: 0 });
  t.deepEqual(read(0b1001), { camera: 'back', flipped: false, rotationDegrees: 90 });
  t.deepEqual(read(0b0111), { camera: 'front', flipped: true, rotationDegrees: 270 });
  t.is(readVideoOrientation(withElements(0x1000, [3, 0]), 3), undefined);
});

test('whatever the bytes, every element lies inside the extension, and the walk ends', t => {
  fc.assert(
    fc.property(mutated([oneByte, twoByte]), bytes => {
      const packet = parseRtp(bytes);
      if (packet === undefined) return true;
      const end = packet.extensionOffset + packet.extensionLength;
      const cursor = beforeExtensions(packet);
      for (let count = 0; nextExtension(packet, cursor); count += 1) {
        if (count > packet.extensionLength) return false;
        if (cursor.offset <= packet.extensionOffset || cursor.offset + cursor.length > end) return false;
        if (cursor.id < 1 || cursor.id > 255) return false;
      }
      return true;
    }),
    mutationRuns,
  );
  t.pass();
});
