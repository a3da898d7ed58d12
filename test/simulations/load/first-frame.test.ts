import test from 'ava';
import fc from 'fast-check';
import { FirstFrame, type FramePacket } from '../../../simulations/load/first-frame.ts';

/** Payload descriptors of RFC 7741: S set and clear. */
const START = 0x10;
const GOES_ON = 0x00;
const KEYFRAME_HEADER = 0x50;
const INTER_HEADER = 0x51;

/** A frame in `count` packets, as they are sent. */
function frame(
  kind: 'keyframe' | 'inter',
  firstSequence: number,
  count: number,
  timestamp: number,
): readonly FramePacket[] {
  return Array.from({ length: count }, (_, i) => ({
    sequenceNumber: (firstSequence + i) & 0xffff,
    timestamp,
    marker: i === count - 1,
    payload: Uint8Array.of(
      i === 0 ? START : GOES_ON,
      i === 0 && kind === 'keyframe' ? KEYFRAME_HEADER : INTER_HEADER,
    ),
  }));
}

/** With which of the packets the first frame was whole; undefined if with none. */
function wholeWith(packets: readonly FramePacket[]): FramePacket | undefined {
  const detector = new FirstFrame();
  return packets.find(packet => detector.take(packet));
}

for (const first of [100, 65_533]) {
  const key = frame('keyframe', first, 5, 3000);

  test(`a keyframe from ${first} on is whole with its last packet, whatever came before it`, t => {
    t.is(wholeWith([...frame('inter', first - 2, 2, 0), ...key]), key[4]);
  });

  test(`in any order it is whole once the last of its packets has come, from ${first} on`, t => {
    fc.assert(
      fc.property(fc.shuffledSubarray([...key], { minLength: key.length }), shuffled => {
        return wholeWith(shuffled) === shuffled.at(-1);
      }),
      { seed: 1 },
    );
    t.pass();
  });

  test(`with any one packet missing it never is, from ${first} on`, t => {
    for (const missing of key) {
      const rest = key.filter(packet => packet !== missing);
      t.is(wholeWith([...rest, ...rest, ...frame('inter', first + 5, 2, 6000)]), undefined);
    }
  });
}

test('frames that need others before them are none to begin with', t => {
  t.is(wholeWith([0, 1, 2, 3, 4, 5, 6].flatMap(i => frame('inter', i * 3, 3, i * 3000))), undefined);
});

test('a keyframe of one packet', t => {
  const [only] = frame('keyframe', 7, 1, 90);
  t.is(wholeWith([only!]), only);
});

test('the next keyframe counts when the first one had a gap', t => {
  const first = frame('keyframe', 10, 4, 3000).filter((_, i) => i !== 2);
  const next = frame('keyframe', 14, 3, 6000);
  t.is(wholeWith([...first, ...next]), next[2]);
});

test('packets of padding alone are no part of a frame', t => {
  const padding = { sequenceNumber: 9, timestamp: 3000, marker: false, payload: new Uint8Array(0) };
  const key = frame('keyframe', 10, 2, 3000);
  t.is(wholeWith([padding, ...key]), key[1]);
});
