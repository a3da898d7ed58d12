import test from 'ava';
import fc from 'fast-check';
import { type HistoryEntry, PacketHistory } from '../../../transports/rtp/history.ts';
import { sequenceStarts } from './sequence-starts.ts';

const limits = { packets: 8, ageMs: 100, bytes: 1000 };

function packetOf(length: number): HistoryEntry {
  return { bytes: new Uint8Array(length) };
}

test('from any start, keeps the last packets and hands out the very same bytes', t => {
  for (const start of sequenceStarts) {
    const history = new PacketHistory(limits);
    const packets = Array.from({ length: 20 }, () => packetOf(10));
    packets.forEach((packet, step) => {
      history.add(start + step, packet, 0);
    });
    packets.forEach((packet, step) => {
      t.is(history.get(start + step), step < 12 ? undefined : packet);
    });
    t.is(history.get(start + 20), undefined);
    t.is(history.get(start - 1), undefined);
    t.is(history.byteLength, 80);
  }
});

test('an empty history has nothing', t => {
  const history = new PacketHistory(limits);
  for (const start of sequenceStarts) t.is(history.get(start), undefined);
});

test('drops what is too old, as packets come and when told', t => {
  const history = new PacketHistory(limits);
  history.add(1, packetOf(10), 0);
  history.add(2, packetOf(10), 50);
  history.add(3, packetOf(10), 101);
  t.is(history.get(1), undefined);
  t.truthy(history.get(2));
  history.expire(151);
  t.is(history.get(2), undefined);
  t.truthy(history.get(3));
  history.expire(1000);
  t.is(history.byteLength, 0);
  t.is(history.get(3), undefined);
  history.add(60_000, packetOf(10), 1000);
  t.truthy(history.get(60_000));
});

test('drops the oldest when the bytes are too many, and keeps no packet that is too many alone', t => {
  const history = new PacketHistory(limits);
  history.add(1, packetOf(400), 0);
  history.add(2, packetOf(400), 0);
  history.add(3, packetOf(400), 0);
  t.is(history.get(1), undefined);
  t.is(history.byteLength, 800);
  history.add(4, packetOf(1001), 0);
  t.is(history.byteLength, 0);
  t.is(history.get(4), undefined);
});

test('numbers that nobody added have nothing, even where a packet of the turn before lay', t => {
  for (const start of sequenceStarts) {
    const history = new PacketHistory(limits);
    for (let step = 0; step < 8; step += 1) history.add(start + step, packetOf(1), 0);
    history.add(start + 11, packetOf(1), 0);
    for (const step of [0, 1, 2, 3, 8, 9, 10]) t.is(history.get(start + step), undefined);
    for (const step of [4, 5, 6, 7, 11]) t.truthy(history.get(start + step));
    const late = packetOf(2);
    history.add(start + 9, late, 0);
    t.is(history.get(start + 9), late);
    history.add(start + 3, packetOf(1), 0);
    t.is(history.get(start + 3), undefined);
    history.add(start + 30_000, packetOf(1), 0);
    t.is(history.byteLength, 1);
  }
});

test('refuses a size that is no power of two', t => {
  for (const packets of [0, 3, 1000]) {
    t.throws(() => new PacketHistory({ ...limits, packets }), { instanceOf: RangeError });
  }
});

test('behaves like a list of packets cut to its limits', t => {
  const add = fc.record({ step: fc.integer({ min: -10, max: 12 }), size: fc.nat(300), waitMs: fc.nat(40) });
  fc.assert(
    fc.property(fc.nat(0xffff), fc.array(add, { maxLength: 60 }), (start, adds) => {
      const history = new PacketHistory(limits);
      let model: { extended: number; packet: HistoryEntry; atMs: number }[] = [];
      let newest = start + 65_536;
      let nowMs = 0;
      for (const { step, size, waitMs } of adds) {
        nowMs += waitMs;
        const extended = newest + step;
        const packet = packetOf(size);
        history.add(extended, packet, nowMs);
        if (model.length > 0 && extended <= newest - limits.packets) continue;
        newest = model.length === 0 ? extended : Math.max(newest, extended);
        model = model.filter(kept => kept.extended !== extended && kept.extended > newest - limits.packets);
        model.push({ extended, packet, atMs: nowMs });
        model.sort((a, b) => a.extended - b.extended);
        while (model.reduce((sum, kept) => sum + kept.packet.bytes.length, 0) > limits.bytes) model.shift();
        while (model[0] !== undefined && nowMs - model[0].atMs > limits.ageMs) model.shift();
        for (const kept of model) if (history.get(kept.extended) !== kept.packet) return false;
        if (history.byteLength !== model.reduce((sum, kept) => sum + kept.packet.bytes.length, 0))
          return false;
      }
      return true;
    }),
    { numRuns: 300 },
  );
  t.pass();
});
