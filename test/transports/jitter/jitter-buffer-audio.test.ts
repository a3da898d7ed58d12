import test from 'ava';
import fc from 'fast-check';
import { seededRandom } from '../../../simulations/seeded-random.ts';
import type { MediaPacket } from '../../../transports/jitter/held-packets.ts';
import { JitterBuffer } from '../../../transports/jitter/jitter-buffer.ts';
import { MAX_HOLD_MS } from '../../../transports/jitter/playout-line.ts';
import { type Arrival, arrivals, fate, isOneRow, type Out, played } from './arrivals.ts';
import { timestampStarts } from './timestamp-starts.ts';

const spacingMs = 20;
const unitsPerPacket = 960;
const epochMs = 10_000;

function audio(): JitterBuffer<number> {
  return new JitterBuffer<number>({ clockRate: 48_000, unit: 'packet' });
}

function packet(index: number, start = { sequenceNumber: 70_000, timestamp: 0 }): MediaPacket<number> {
  return {
    sequenceNumber: start.sequenceNumber + index,
    timestamp: (start.timestamp + index * unitsPerPacket) % 2 ** 32,
    payload: index,
  };
}

/** Packets on a line that delays each as `delayMs` says; undefined loses it. */
function line(count: number, delayMs: (index: number) => number | undefined): Arrival[] {
  return Array.from({ length: count }, (_, index) => ({ index, delay: delayMs(index) }))
    .flatMap(({ index, delay }) =>
      delay === undefined ? [] : [{ atMs: epochMs + index * spacingMs + delay, packet: packet(index) }],
    )
    .sort((a, b) => a.atMs - b.atMs);
}

const indexes = (out: readonly Out[]) => out.flatMap(one => (one.kind === 'packet' ? [one.payload] : []));
const counted = (count: number) => Array.from({ length: count }, (_, index) => index);

test('packets come out in order, at first 80 ms after they came', t => {
  const out = played(
    audio(),
    line(20, index => (index === 5 ? 55 : 0)),
  );
  t.deepEqual(indexes(out), counted(20));
  for (const [index, { atMs }] of out.entries()) {
    t.true(Math.abs(atMs - (epochMs + 80 + index * spacingMs)) <= 1, `packet ${index} at ${atMs}`);
  }
});

test('what is missing when its successor is due is lost, and comes too late after that', t => {
  const buffer = audio();
  const out = played(
    buffer,
    line(30, index => (index === 10 || index === 11 ? undefined : index === 20 ? 150 : 0)),
  );
  t.deepEqual(
    out.flatMap(one => (one.kind === 'lost' ? [[one.sequenceNumber - 70_000, one.count]] : [])),
    [
      [10, 2],
      [20, 1],
    ],
  );
  t.true(isOneRow(out));
  t.is(buffer.packetsLost, 3);
  t.is(buffer.packetsLate, 1);
  t.is(buffer.packetsRepeated, 0);
});

test('what comes twice comes out once, whenever it comes again', t => {
  const buffer = audio();
  const once = line(20, () => 0);
  const again = [0, 30, 500].flatMap(laterMs =>
    once.map(({ atMs, packet }) => ({ atMs: atMs + laterMs, packet })),
  );
  const out = played(
    buffer,
    again.sort((a, b) => a.atMs - b.atMs),
  );
  t.deepEqual(indexes(out), counted(20));
  t.is(buffer.packetsRepeated, 40);
  t.is(buffer.packetsLate, 0);
});

test('on a steady line the sound is sped up, by no more than a tenth, until it is 40 ms behind', t => {
  const buffer = audio();
  const out = played(
    buffer,
    line(500, () => 0),
  );
  t.deepEqual(indexes(out), counted(500));
  t.is(buffer.targetMs, 20);
  t.true(Math.abs(buffer.delayMs! - 40) <= 1, String(buffer.delayMs));
  for (let index = 1; index < out.length; index += 1) {
    const stepMs = out[index]!.atMs - out[index - 1]!.atMs;
    t.true(stepMs >= spacingMs * 0.9 - 1 && stepMs <= spacingMs + 1, `${stepMs} ms before packet ${index}`);
  }
});

test('when jitter rises the sound is slowed down, by no more than a tenth', t => {
  const buffer = audio();
  const random = seededRandom('jitter');
  const arrived = line(1500, index => (index < 500 ? 0 : Math.round(random.unit() * 150)));
  const paces = new Set<string>();
  const out: Out[] = [];
  for (const { atMs, packet } of arrived) {
    buffer.receive(atMs, packet);
    for (let next = buffer.poll(atMs); next; next = buffer.poll(atMs)) out.push({ ...next, atMs });
    paces.add(buffer.pace);
  }
  t.deepEqual([...paces].sort(), ['accelerate', 'decelerate', 'steady']);
  t.true(buffer.targetMs >= 120, String(buffer.targetMs));
  t.true(buffer.delayMs! >= buffer.targetMs - 1, `${buffer.delayMs} of ${buffer.targetMs}`);
  t.true(buffer.packetsLost < 50, String(buffer.packetsLost));
});

test('after the line has stood still the sound goes on from there, and then catches up', t => {
  const buffer = audio();
  // For a second nothing comes, and then all of it at once.
  const out = played(
    buffer,
    line(700, index => (index >= 100 && index < 150 ? (150 - index) * spacingMs : 0)),
  );
  t.deepEqual(indexes(out), counted(700));
  const [before, after] = [out[99]!.atMs, out[100]!.atMs];
  t.true(after - before > 900 && after - before < 1200, `stood still for ${after - before} ms`);
  const delayMs = (index: number) => out[index]!.atMs - (epochMs + index * spacingMs);
  t.true(delayMs(150) > 900);
  t.true(delayMs(699) < delayMs(150) - 300, `${delayMs(699)} after ${delayMs(150)}`);
});

test('timestamps that jump, either way, begin the line anew', t => {
  for (const jump of [10 ** 9, -(10 ** 9), 48_000 * 5, -48_000 * 5]) {
    const jumped = line(100, () => 0).map(({ atMs, packet }, index) => {
      const timestamp = (packet.timestamp + (index < 50 ? 0 : jump) + 2 ** 32) % 2 ** 32;
      return { atMs, packet: { ...packet, timestamp } };
    });
    const out = played(audio(), jumped);
    t.deepEqual(indexes(out), counted(100));
    for (const [index, { atMs }] of out.entries()) {
      const delayMs = atMs - (epochMs + index * spacingMs);
      t.true(delayMs > 0 && delayMs < 120, `packet ${index} after ${delayMs} ms, jump ${jump}`);
    }
  }
});

test('the sender’s own bounds hold', t => {
  const buffer = audio();
  buffer.setLimits({ leastMs: 400, mostMs: 1000 });
  const out = played(
    buffer,
    line(500, () => 0),
  );
  t.true(out.every(({ atMs }, index) => atMs - (epochMs + index * spacingMs) >= 399));
  t.is(buffer.targetMs, 400);
});

test('a restart throws away what is held, and begins with any numbers', t => {
  const buffer = audio();
  played(
    buffer,
    line(10, () => 0),
  );
  buffer.receive(epochMs + 500, packet(10));
  buffer.restart();
  t.is(buffer.packetsHeld, 0);
  t.is(buffer.deadline(), undefined);
  const out = played(buffer, [{ atMs: epochMs + 600, packet: packet(-60_000) }]);
  t.like(out, [{ kind: 'packet', sequenceNumber: 10_000 }]);
});

test('holds no more than it may, and goes on when there is room again', t => {
  const buffer = audio();
  for (let index = 0; index < 5000; index += 1) buffer.receive(epochMs, { ...packet(index), timestamp: 0 });
  t.is(buffer.packetsHeld, 4096);
  t.is(buffer.packetsRefused, 904);
  const out = played(buffer, [{ atMs: epochMs + 200, packet: { ...packet(5000), timestamp: 9600 } }]);
  t.true(isOneRow(out));
  t.is(out.length, 4098);
});

test('whatever the line does: in order, nothing twice, nothing lost that was there, nothing held for too long', t => {
  const starts = fc.record({
    sequenceNumber: fc.constantFrom(0, 65_535, 131_072, 2 ** 31 - 3, 2 ** 32 - 5),
    timestamp: fc.constantFrom(...timestampStarts),
  });
  fc.assert(
    fc.property(fc.array(fate, { minLength: 1, maxLength: 120 }), starts, (fates, start) => {
      const sentWith = (from: typeof start) =>
        arrivals(
          fates.map((_, index) => ({ sentMs: epochMs + index * spacingMs, packet: packet(index, from) })),
          fates,
        );
      const arrived = sentWith(start);
      const out = played(audio(), arrived);
      const cameAt = new Map<number, number>();
      for (const { atMs, packet } of arrived) {
        if (!cameAt.has(packet.sequenceNumber)) cameAt.set(packet.sequenceNumber, atMs);
      }
      if (!isOneRow(out)) return false;
      for (const one of out) {
        if (one.kind === 'packet' && one.atMs > cameAt.get(one.sequenceNumber)! + MAX_HOLD_MS + 1)
          return false;
        if (one.kind !== 'lost') continue;
        for (let number = one.sequenceNumber; number < one.sequenceNumber + one.count; number += 1) {
          if ((cameAt.get(number) ?? Number.POSITIVE_INFINITY) < one.atMs) return false;
        }
      }
      // The same from any start.
      const plain = played(audio(), sentWith({ sequenceNumber: 70_000, timestamp: 0 }));
      return (
        plain.length === out.length &&
        plain.every((one, index) => {
          const other = out[index]!;
          return one.kind === other.kind && one.atMs === other.atMs;
        })
      );
    }),
  );
  t.pass();
});
