import test from 'ava';
import fc from 'fast-check';
import { AudioControl } from '../../../../actors/forwarding/control/audio-control.ts';
import type {
  MediaSource,
  MissingPackets,
} from '../../../../actors/forwarding/control/forwarding-control.ts';
import { deliveriesOf, type Fate, fates } from './deliveries.ts';
import { sourcePacket } from './source-packets.ts';

const INTERVAL_MS = 20;
const AUDIO_REORDER_MS = 60;

interface Heard {
  readonly index: number;
  readonly cameAtMs: number;
  readonly wentOnAtMs: number;
}

function hear(all: readonly Fate[], start: number, source: MediaSource) {
  const control = new AudioControl({ audioReorderMs: AUDIO_REORDER_MS });
  const cameAtMs = new Map<number, number>();
  const heard: Heard[] = [];
  const drain = (nowMs: number) => {
    for (let packet = control.poll(); packet !== undefined; packet = control.poll()) {
      const index = packet.sequenceNumber - start;
      heard.push({ index, cameAtMs: cameAtMs.get(index)!, wentOnAtMs: nowMs });
    }
  };
  const passUntil = (atMs: number) => {
    for (let due = control.deadline(); due !== undefined && due.atMs <= atMs; due = control.deadline()) {
      control.advance(due.atMs);
      drain(due.atMs);
    }
  };
  for (const { index, atMs } of deliveriesOf(all, INTERVAL_MS)) {
    passUntil(atMs);
    if (!cameAtMs.has(index)) cameAtMs.set(index, atMs);
    control.receive(atMs, sourcePacket({ source, sequenceNumber: start + index }));
    drain(atMs);
  }
  passUntil(1e6);
  return { heard, control, came: cameAtMs };
}

const limits: readonly { missing: MissingPackets; roundTripMs: number | undefined; limitMs: number }[] = [
  { missing: 'repaired', roundTripMs: undefined, limitMs: 300 },
  { missing: 'repaired', roundTripMs: 12, limitMs: 120 },
  { missing: 'repaired', roundTripMs: 200, limitMs: 300 },
  { missing: 'reordered', roundTripMs: 100, limitMs: AUDIO_REORDER_MS },
  { missing: 'gone', roundTripMs: undefined, limitMs: 0 },
];

for (const { missing, roundTripMs, limitMs } of limits) {
  const source: MediaSource = { missing, roundTripMs, giveUpBefore: () => {} };
  for (const start of [0, 65_530, 2 ** 32 - 5]) {
    test(`what is ${missing}, at ${roundTripMs} ms round trip: sound from ${start} on waits ${limitMs} ms at most, in order`, t => {
      fc.assert(
        fc.property(fates, all => {
          const { heard, came, control } = hear(all, start, source);
          heard.forEach(({ index, cameAtMs, wentOnAtMs }, i) => {
            if (wentOnAtMs - cameAtMs > limitMs) throw new Error(`held for ${wentOnAtMs - cameAtMs} ms`);
            if (i > 0 && index <= heard[i - 1]!.index) throw new Error('out of order, or twice');
          });
          // Nothing is thrown away but what came too late.
          const missed = [...came.keys()].filter(index => !heard.some(one => one.index === index));
          if (missed.length > control.counters.late) throw new Error('thrown away');
          if (control.counters.heldMsMax > limitMs) throw new Error('counted wrongly');
        }),
        { numRuns: 100 },
      );
      t.pass();
    });
  }
}

test('a repair within the limit leaves no gap', t => {
  const source: MediaSource = { missing: 'repaired', roundTripMs: 50, giveUpBefore: () => {} };
  const well: Fate = { isLost: false, repairedAfterMs: undefined, isDoubled: false, delayMs: 20 };
  const all = Array.from({ length: 50 }, (_, i) =>
    i % 9 === 4 ? { ...well, isLost: true, repairedAfterMs: 250 } : well,
  );
  const { heard, control } = hear(all, 65_530, source);
  t.deepEqual(
    heard.map(({ index }) => index),
    Array.from({ length: 50 }, (_, i) => i),
  );
  t.is(control.counters.gapsSkipped, 0);
  t.true(control.counters.gapsFilled >= 5);
});
