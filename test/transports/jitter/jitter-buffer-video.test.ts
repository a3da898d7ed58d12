import test from 'ava';
import fc from 'fast-check';
import type { MediaPacket } from '../../../transports/jitter/held-packets.ts';
import { JitterBuffer } from '../../../transports/jitter/jitter-buffer.ts';
import { MAX_HOLD_MS } from '../../../transports/jitter/playout-line.ts';
import { type Arrival, arrivals, fate, isOneRow, type Out, played } from './arrivals.ts';
import { timestampStarts } from './timestamp-starts.ts';

const frameMs = 40;
const unitsPerFrame = 3600;
const epochMs = 10_000;
const patienceMs = 500;

function video(): JitterBuffer<number> {
  return new JitterBuffer<number>({ clockRate: 90_000, unit: 'frame', patienceMs });
}

interface Sent {
  readonly sentMs: number;
  readonly packet: MediaPacket<number>;
}

interface Look {
  readonly sequenceNumber?: number;
  readonly timestamp?: number;
  readonly hasMarkers?: boolean;
  readonly tellsStarts?: boolean;
}

/** Frames of so many packets each; the payload is the frame's number. */
function frames(sizes: readonly number[], look: Look = {}): Sent[] {
  const { timestamp = 0, hasMarkers = true, tellsStarts = false } = look;
  let sequenceNumber = look.sequenceNumber ?? 70_000;
  return sizes.flatMap((size, frame) =>
    Array.from({ length: size }, (_, place) => {
      const packet: MediaPacket<number> = {
        sequenceNumber,
        timestamp: (timestamp + frame * unitsPerFrame) % 2 ** 32,
        marker: hasMarkers && place === size - 1,
        ...(tellsStarts && { isFrameStart: place === 0 }),
        payload: frame,
      };
      sequenceNumber += 1;
      return { sentMs: epochMs + frame * frameMs + place, packet };
    }),
  );
}

/** What arrives when the packets at these places of the row do not, or come later. */
function arriving(sent: readonly Sent[], delaysMs: Readonly<Record<number, number | undefined>>): Arrival[] {
  return sent
    .flatMap(({ sentMs, packet }, place) => {
      const delayMs = place in delaysMs ? delaysMs[place] : 0;
      return delayMs === undefined ? [] : [{ atMs: sentMs + delayMs, packet }];
    })
    .sort((a, b) => a.atMs - b.atMs);
}

const numbersOf = (out: readonly Out[]) =>
  out.map(one => (one.kind === 'frame' ? one.packets[0]!.payload : one.kind));
const tenOfThree = new Array<number>(10).fill(3);

for (const hasMarkers of [true, false]) {
  test(`whole frames come out when they are due, ${hasMarkers ? 'by their markers' : 'by their timestamps'}`, t => {
    const sent = frames(tenOfThree, { hasMarkers });
    const out = played(video(), arriving(sent, {}));
    // Without a marker, only the next frame tells that one has ended.
    t.deepEqual(numbersOf(out.slice(0, 9)), [0, 1, 2, 3, 4, 5, 6, 7, 8]);
    t.is(numbersOf(out)[9], hasMarkers ? 9 : 'lost');
    for (const [index, one] of out.slice(0, 9).entries()) {
      t.true(Math.abs(one.atMs - (epochMs + 80 + index * frameMs)) <= 5, `frame ${index} at ${one.atMs}`);
      t.true(one.kind === 'frame' && one.packets.length === 3);
    }
  });
}

test('a frame comes out late when its repair is late, and those behind it at their time', t => {
  const sent = frames(new Array<number>(200).fill(3));
  // The second packet of frame 150.
  const out = played(video(), arriving(sent, { 451: 200 }));
  t.is(out.length, 200);
  t.deepEqual(numbersOf(out).slice(148, 153), [148, 149, 150, 151, 152]);
  t.is(out[150]!.atMs, epochMs + 150 * frameMs + 1 + 200);
  t.is(out[153]!.atMs, out[150]!.atMs);
  t.true(out[157]!.atMs < epochMs + 157 * frameMs + 80, String(out[157]!.atMs));
});

test('a frame that is never whole is given up, and nothing of it comes out', t => {
  const buffer = video();
  const sent = frames(new Array<number>(30).fill(3), { tellsStarts: true });
  const out = played(buffer, arriving(sent, { 7: undefined }));
  t.deepEqual(numbersOf(out).slice(0, 6), [0, 1, 'lost', 'lost', 3, 4]);
  t.like(out[2], { sequenceNumber: 70_006, count: 1 });
  t.like(out[3], { sequenceNumber: 70_007, count: 2 });
  const givenUpMs = out[3]!.atMs - (epochMs + 2 * frameMs + 80);
  t.true(givenUpMs >= patienceMs - 50 && givenUpMs <= patienceMs + 100, String(givenUpMs));
  t.is(buffer.packetsLost, 3);
  t.true(isOneRow(out));
  // What was held up meanwhile has caught up.
  t.true(out.at(-1)!.atMs <= epochMs + 29 * frameMs + 90, String(out.at(-1)!.atMs));
});

test('the frame after a gap comes out only where it is known to be whole', t => {
  // The last packet of the third frame: the fourth may have begun in it, for all that its numbers tell.
  for (const [tellsStarts, expected] of [
    [true, [0, 1, 3, 4]],
    [false, [0, 1, 4, 5]],
  ] as const) {
    const sent = frames(tenOfThree, { tellsStarts });
    const out = played(video(), arriving(sent, { 8: undefined }));
    t.deepEqual(
      numbersOf(out)
        .filter(one => one !== 'lost')
        .slice(0, 4),
      [...expected],
    );
    t.true(isOneRow(out));
  }
});

test('a keyframe of hundreds of packets, in any order, is one frame', t => {
  const sent = frames([1, 300, 1]);
  const arrived = sent.map(({ sentMs, packet }, place) => ({ atMs: sentMs + ((place * 37) % 50), packet }));
  const out = played(
    video(),
    arrived.sort((a, b) => a.atMs - b.atMs),
  );
  t.deepEqual(numbersOf(out), [0, 1, 2]);
  t.true(out[1]!.kind === 'frame' && out[1]!.packets.length === 300);
});

test('whatever the line does: in order, nothing twice, only whole frames, nothing held for too long', t => {
  const looks = fc.record({
    sequenceNumber: fc.constantFrom(0, 65_535, 131_072, 2 ** 31 - 3, 2 ** 32 - 5),
    timestamp: fc.constantFrom(...timestampStarts),
    hasMarkers: fc.boolean(),
    tellsStarts: fc.boolean(),
  });
  const sized = fc.array(fc.record({ fates: fc.array(fate, { minLength: 1, maxLength: 5 }) }), {
    minLength: 1,
    maxLength: 40,
  });
  fc.assert(
    fc.property(sized, looks, (content, look) => {
      const sizes = content.map(({ fates }) => fates.length);
      const fates = content.flatMap(one => one.fates);
      const arrived = arrivals(frames(sizes, look), fates);
      const out = played(video(), arrived);
      const cameAt = new Map<number, number>();
      for (const { atMs, packet } of arrived) {
        if (!cameAt.has(packet.sequenceNumber)) cameAt.set(packet.sequenceNumber, atMs);
      }
      if (!isOneRow(out)) return false;
      // The first one to come out may lack its beginning, which nobody can know, unless starts are told.
      const isWhole = (one: Out, index: number) =>
        one.kind !== 'frame' ||
        (one.packets.every(({ payload }) => payload === one.packets[0]!.payload) &&
          (one.packets.length === sizes[one.packets[0]!.payload] || (index === 0 && !look.tellsStarts)));
      if (!out.every(isWhole)) return false;
      const isInTime = (one: Out) =>
        one.kind !== 'frame' ||
        one.packets.every(({ sequenceNumber }) => one.atMs <= cameAt.get(sequenceNumber)! + MAX_HOLD_MS + 1);
      if (!out.every(isInTime)) return false;
      const plain = played(
        video(),
        arrivals(frames(sizes, { ...look, sequenceNumber: 70_000, timestamp: 0 }), fates),
      );
      return plain.length === out.length && plain.every((one, index) => one.atMs === out[index]!.atMs);
    }),
  );
  t.pass();
});
