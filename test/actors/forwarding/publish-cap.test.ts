import test from 'ava';
import fc from 'fast-check';
import { PublishCap } from '../../../actors/forwarding/publish-cap.ts';
import type { MediaKind } from '../../../transports/rtp/codec.ts';

interface Sent {
  readonly atMs: number;
  readonly kind: MediaKind;
  readonly byteLength: number;
}

/** As the media plane counts: from when the process began. */
const startsMs = fc.constantFrom(0, 123.75, 2 ** 40);
const caps = fc.integer({ min: 100, max: 100_000 });

/** Packets one after the other, at any pace, of any size that a datagram can have. */
const sending = fc
  .tuple(
    startsMs,
    fc.array(
      fc.record({
        gapMs: fc.oneof(
          fc.constant(0),
          fc.double({ min: 0, max: 5, noNaN: true }),
          fc.integer({ max: 3000, min: 0 }),
        ),
        kind: fc.constantFrom<MediaKind>('audio', 'video'),
        byteLength: fc.integer({ min: 12, max: 65_507 }),
      }),
      { minLength: 1, maxLength: 80 },
    ),
  )
  .map(([startMs, packets]) => {
    let atMs = startMs;
    return packets.map(({ gapMs, kind, byteLength }): Sent => {
      atMs += gapMs;
      return { atMs, kind, byteLength };
    });
  });

const passing = (cap: PublishCap, packets: readonly Sent[]) =>
  packets.filter(({ atMs, kind, byteLength }) => cap.admits(atMs, kind, byteLength));

const bytesOf = (packets: readonly Sent[]) => packets.reduce((sum, { byteLength }) => sum + byteLength, 0);

test('whatever is sent, over any time no more video passes than a quarter above the cap, and half a second of that', t => {
  fc.assert(
    fc.property(caps, sending, (kbps, packets) => {
      const passed = passing(new PublishCap(kbps), packets).filter(({ kind }) => kind === 'video');
      const perMs = (kbps * 1.25) / 8;
      return passed.every((first, i) =>
        passed.slice(i).every((last, j) => {
          const bytes = bytesOf(passed.slice(i, i + j + 1));
          return bytes <= perMs * (500 + last.atMs - first.atMs) + 1e-3;
        }),
      );
    }),
    { seed: 1, numRuns: 300 },
  );
  t.pass();
});

test('who stays at the cap loses nothing, wherever in it the packets come', t => {
  const packets = fc.array(
    fc.record({
      share: fc.double({ min: 0.05, max: 1, noNaN: true }),
      gapMs: fc.integer({ min: 1, max: 200 }),
    }),
    { minLength: 1, maxLength: 200 },
  );
  fc.assert(
    fc.property(caps, startsMs, packets, (kbps, startMs, sent) => {
      const cap = new PublishCap(kbps);
      let atMs = startMs;
      return sent.every(({ share, gapMs }) => {
        atMs += gapMs;
        return cap.admits(atMs, 'video', Math.floor((share * kbps * gapMs) / 8));
      });
    }),
    { seed: 2, numRuns: 300 },
  );
  t.pass();
});

test('what becomes of sound does not depend on video', t => {
  fc.assert(
    fc.property(caps, sending, (kbps, packets) => {
      const isAudio = ({ kind }: Sent) => kind === 'audio';
      const beside = passing(new PublishCap(kbps), packets).filter(isAudio);
      const alone = passing(new PublishCap(kbps), packets.filter(isAudio));
      return beside.length === alone.length && beside.every((packet, i) => packet === alone[i]);
    }),
    { seed: 3, numRuns: 300 },
  );
  t.pass();
});

test('of a flood the cap and a quarter pass, no less', t => {
  for (const times of [1.5, 5, 100]) {
    const cap = new PublishCap(2000);
    const byteLength = 1200;
    const gapMs = (byteLength * 8) / (2000 * times);
    let passed = 0;
    for (let atMs = 0; atMs < 10_000; atMs += gapMs)
      if (cap.admits(atMs, 'video', byteLength)) passed += byteLength;
    const kbps = (passed * 8) / 10_000;
    t.true(kbps > 2500 * 0.99 && kbps < 2500 * 1.06, `${kbps} kbit/s of ${times} times the cap`);
  }
});

test('a keyframe of a picture of 8 Mbit/s passes at once, every two seconds', t => {
  const cap = new PublishCap(8000);
  const keyframe = 330_000;
  const frame = (2_000_000 - keyframe) / 59;
  for (let i = 0; i < 300; i += 1) {
    let left = i % 60 === 0 ? keyframe : frame;
    // As a sender without a pacer has it: each frame whole, and every packet of it in one moment.
    for (; left > 0; left -= 1200) t.true(cap.admits(i * (1000 / 30), 'video', Math.min(left, 1200)));
  }
});

test('Opus passes at its highest bitrate, and a flood in its name does not', t => {
  const cap = new PublishCap(8000);
  for (let i = 0; i < 500; i += 1) t.true(cap.admits(i * 20, 'audio', 1275 + 12 + 16));
  let passed = 0;
  for (let atMs = 10_000; atMs < 20_000; atMs += 1) if (cap.admits(atMs, 'audio', 1200)) passed += 1200;
  t.true((passed * 8) / 10_000 < 640 * 1.11, `${(passed * 8) / 10_000} kbit/s`);
});

test('without a cap all video passes', t => {
  const cap = new PublishCap(undefined);
  for (let i = 0; i < 10_000; i += 1) t.true(cap.admits(0, 'video', 1200));
});
