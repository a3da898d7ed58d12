import test from 'ava';
import { fromCarried } from '../../../actors/forwarding/carrying.ts';
import { RelayedSource } from '../../../actors/forwarding/relayed.ts';
import { codecById } from '../../../transports/rtp/codec.ts';
import { rtpBytes } from '../../transports/rtp/packets.ts';

const { payloadType } = codecById('vp8')!;

/** The timestamps with which packets of video go on: of each its number, its timestamp, and whether it ends a frame. */
function goOn(...packets: readonly (readonly [number, number, boolean])[]): readonly number[] {
  const source = new RelayedSource(1);
  return packets.map(([sequenceNumber, timestamp, marker]) => {
    const packet = rtpBytes({ payloadType, marker });
    return fromCarried({ epoch: 1, sequenceNumber, timestamp, packet }, source)!.timestamp;
  });
}

test('a frame that begins by one parent and ends by another has one timestamp', t => {
  const first = [
    [9, 900, true],
    [10, 1000, false],
  ] as const;
  const past = [
    [9, 1700, true],
    [10, 1790, false],
    [11, 1790, false],
    [12, 1790, true],
  ] as const;
  t.deepEqual(goOn(...first, ...past, [13, 1880, true]), [900, 1000, 1700, 1790, 1000, 1000, 1880]);
});

test('after a gap, a frame has the timestamp that it comes with', t => {
  t.deepEqual(goOn([10, 1000, false], [12, 2000, false], [13, 2000, true]), [1000, 2000, 2000]);
});
