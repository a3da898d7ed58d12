import test from 'ava';
import { ReceptionStatistics } from '../../../transports/rtp/reception.ts';
import { after, sequenceStarts } from './sequence-starts.ts';

const clockRate = 90_000;

test('reports nothing before the first packet', t => {
  t.is(new ReceptionStatistics().report(), undefined);
});

test('from any start, counts what is lost, since the beginning and since the last report', t => {
  for (const start of sequenceStarts) {
    const statistics = new ReceptionStatistics();
    const receive = (step: number) => statistics.update(0, after(start, step), 0, clockRate);
    for (let step = 0; step < 100; step += 1) if (step % 4 !== 1) receive(step);
    const first = statistics.report()!;
    t.is(first.cumulativeLost, 25);
    t.is(first.fractionLost, 64);
    t.is(first.extendedHighest, start + 99);
    for (let step = 100; step < 150; step += 1) receive(step);
    receive(1); // A repair, 148 packets late.
    const second = statistics.report()!;
    t.is(second.cumulativeLost, 24);
    t.is(second.fractionLost, 0);
    t.is(second.extendedHighest, start + 149);
    for (let step = 151; step < 170; step += 2) receive(step);
    t.like(statistics.report(), { cumulativeLost: 34, fractionLost: 128 });
    t.is(statistics.report()?.fractionLost, 0);
  }
});

test('duplicates can make the loss negative, and the fraction stays 0', t => {
  const statistics = new ReceptionStatistics();
  for (let times = 0; times < 5; times += 1) statistics.update(0, 7, 0, clockRate);
  t.like(statistics.report(), { cumulativeLost: -4, fractionLost: 0 });
});

test('the loss stays within 24 bits, and the highest within 32', t => {
  const statistics = new ReceptionStatistics();
  statistics.update(0, 0, 0, clockRate);
  const step = 2990;
  for (let count = 1; count <= 3000; count += 1) statistics.update(0, (count * step) & 0xffff, 0, clockRate);
  t.like(statistics.report(), { cumulativeLost: 0x7fffff, extendedHighest: 3000 * step });
});

test('jitter is that of RFC 3550: a sixteenth of the way to each deviation', t => {
  const statistics = new ReceptionStatistics();
  // Every 20 ms by the sender's clock, over its wrap; every other packet comes 4 ms late: 360 units at 90 kHz.
  let expected = 0;
  for (let count = 0; count < 200; count += 1) {
    const timestamp = (0xffffff00 + count * 1800) % 2 ** 32;
    statistics.update(1e9 + count * 20 + (count % 2) * 4, count, timestamp, clockRate);
    if (count > 0) expected += (360 - expected) / 16;
  }
  t.is(statistics.report()?.jitter, Math.floor(expected));
});

test('what comes out of order, perhaps sent a second time, is not jitter', t => {
  const statistics = new ReceptionStatistics();
  statistics.update(0, 0, 0, clockRate);
  statistics.update(40, 2, 3600, clockRate);
  statistics.update(59, 1, 1800, clockRate);
  statistics.update(60, 3, 5400, clockRate);
  t.like(statistics.report(), { jitter: 0, cumulativeLost: 0 });
});

test('a step in the timestamps is not jitter, nor is another clock rate', t => {
  const statistics = new ReceptionStatistics();
  statistics.update(0, 0, 0, clockRate);
  statistics.update(20, 1, 1800, clockRate);
  statistics.update(40, 2, 1_000_000_000, clockRate);
  t.is(statistics.report()?.jitter, 0);
  statistics.update(60, 3, 5, 48_000);
  statistics.update(80, 4, 965, 48_000);
  t.is(statistics.report()?.jitter, 0);
  statistics.update(101, 5, 1925, 48_000);
  t.is(statistics.report()?.jitter, 3);
});
