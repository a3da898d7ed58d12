/** What the tests between threads rely on: torn packets and mixed entries are seen to be so. */
import test from 'ava';
import type { MediaEntry } from '../../../transports/memory/media-entry.ts';
import { fillPacket, holdsPacket, isNumbered, nowhere, numberedEntry } from './numbered.ts';

test('a packet with some bytes of another is not taken for either', t => {
  const packet = new Uint8Array(64);
  fillPacket(packet, 1_000);
  t.true(holdsPacket(packet, 1_000));
  fillPacket(packet.subarray(32), 1_001);
  t.false(holdsPacket(packet, 1_000));
  t.false(holdsPacket(packet, 1_001));
  t.true(holdsPacket(packet, 1_000, 0, 32));
});

test('an entry with one field of another is not taken for either', t => {
  const [entry, other] = [numberedEntry(210, nowhere), numberedEntry(211, nowhere)];
  t.true(isNumbered(entry, 210));
  for (const field of Object.keys(entry) as (keyof MediaEntry)[]) {
    if (field === 'reference') continue;
    t.false(isNumbered({ ...entry, [field]: other[field] }, 210), field);
  }
});
