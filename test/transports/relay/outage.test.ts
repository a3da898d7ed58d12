/** What becomes of a track whose line is away for a while. */
import test from 'ava';
import { AUDIO_PATIENCE_MS, VIDEO_PATIENCE_MS } from '../../../transports/relay/limits.ts';
import type { Delivered } from '../../../transports/relay/track-sender.ts';
import { EAST, grantAll, media, type Of, upPair, WEST } from './world.ts';

const ROUND_TRIP_MS = 50;
/** Frames of three packets, a keyframe every 90 frames of 33 ms. */
const PACKETS = 3;
const FRAME_MS = 33;
const GROUP = 90;

/** An origin that publishes for ever, with a history since its last keyframe; `first` is the first packet's number. */
function publishing(settings = {}, seed = 1) {
  const pair = upPair({ delayMs: ROUND_TRIP_MS / 2, ...settings }, seed);
  const { world, east, west, eastLink, westLink } = pair;
  grantAll(east);
  west.with(westLink, (link, nowMs) => link.subscribe(nowMs, 'math-101', ['west']));
  world.run(1_420);
  const restarts: (Delivered | undefined)[] = [];
  const sentAtMs = new Map<number, number>();
  let frame = 0;
  const packetOf = (number: number) => ({
    ...media(number),
    timestamp: 3_000 * Math.floor(number / PACKETS),
  });
  const keyframe = () => Math.floor((frame - 1) / GROUP) * GROUP * PACKETS;
  east.react = told => {
    if (told.kind !== 'restart') return;
    restarts.push(told.after);
    const after = told.after === undefined ? -1 : told.after.sequenceNumber - media(0).sequenceNumber;
    const from = after + 1 >= keyframe() ? after + 1 : keyframe();
    for (let number = from; number < frame * PACKETS; number += 1)
      east.with(eastLink, (link, nowMs) =>
        link.sendMedia(nowMs, 1, 'video', packetOf(number), number === from),
      );
  };
  /** Publishes for so long; each frame at once. */
  const run = (durationMs: number) => {
    for (let passedMs = 0; passedMs < durationMs; passedMs += FRAME_MS) {
      frame += 1;
      for (let number = (frame - 1) * PACKETS; number < frame * PACKETS; number += 1) {
        sentAtMs.set(number, east.nowMs);
        const canStart = number % (GROUP * PACKETS) === 0;
        east.with(eastLink, (link, nowMs) => {
          link.sendMedia(nowMs, 1, 'video', packetOf(number), canStart);
          if (number % PACKETS === 0) link.sendMedia(nowMs, 1, 'audio', media(number, 100));
        });
      }
      world.run(FRAME_MS);
    }
  };
  const came: { readonly number: number; readonly atMs: number }[] = [];
  const heard: { readonly number: number; readonly ageMs: number }[] = [];
  west.react = told => {
    if (told.kind !== 'media') return;
    const number = told.sequenceNumber - media(0).sequenceNumber;
    if (told.track === 'video') came.push({ number, atMs: west.nowMs });
    else heard.push({ number, ageMs: west.nowMs - sentAtMs.get(number)! });
  };
  return { ...pair, run, restarts, came, heard, newest: () => frame * PACKETS - 1 };
}

for (const blackoutMs of [600, 1_000, 2_000, 3_000]) {
  test(`after ${blackoutMs} ms without the line the picture is at the live edge within 200 ms`, t => {
    const { world, east, west, run, restarts, came, newest } = publishing();
    run(1_500);
    const before = came.at(-1)!.number;
    world.cut(EAST, WEST);
    run(blackoutMs);
    world.mend(EAST, WEST);
    const mendedAtMs = world.clock.nowMs();
    run(200);
    const live = came.findLast(({ number }) => number >= newest() - 3 * PACKETS);
    t.true(live !== undefined, `${came.at(-1)!.number} of ${newest()}`);
    const back = came.find(({ number }) => number > before + 2 * PACKETS)!;
    t.log(`back after ${back.atMs - mendedAtMs} ms`);
    t.true(back.atMs - mendedAtMs <= 200, `${back.atMs - mendedAtMs}`);
    t.true(restarts.length <= 2, `${restarts.length}`);
    t.deepEqual([...east.of('down'), ...west.of('down')], []);
    run(500);
    // Nothing is missing but what lies between the last frame before and a keyframe.
    const numbers = came.map(({ number }) => number);
    for (const [place, number] of numbers.entries()) {
      const previous = numbers[place - 1];
      if (previous === undefined || number === previous + 1) continue;
      t.true(number % (GROUP * PACKETS) === 0 && number > previous, `${previous}, then ${number}`);
    }
  });
}

test('a short outage costs nothing but its time', t => {
  const { world, run, restarts, came, newest } = publishing();
  run(1_000);
  world.cut(EAST, WEST);
  run(260);
  world.mend(EAST, WEST);
  run(300);
  t.deepEqual(restarts, []);
  t.deepEqual(
    came.map(({ number }) => number),
    Array.from({ length: came.length }, (_, number) => number),
  );
  t.true(came.at(-1)!.number >= newest() - 3 * PACKETS);
});

test('sound goes on by itself, without what is too old to be of use', t => {
  const { world, run, heard, eastLink } = publishing();
  run(500);
  world.cut(EAST, WEST);
  run(1_500);
  world.mend(EAST, WEST);
  run(500);
  const latest = heard.map(({ ageMs }) => ageMs).sort((one, other) => other - one)[0]!;
  t.true(latest <= AUDIO_PATIENCE_MS + 2 * ROUND_TRIP_MS + 60, `${latest}`);
  t.true(eastLink.counters.packetsExpired > 30);
  const numbers = heard.map(({ number }) => number);
  t.deepEqual(
    numbers,
    [...numbers].sort((one, other) => one - other),
  );
});

test('while the line is out nothing goes over it but pings, twenty a second', t => {
  const { world, run, east } = publishing();
  run(500);
  world.cut(EAST, WEST);
  run(VIDEO_PATIENCE_MS);
  const before = { ...east.socket.counters };
  run(1_000);
  const sent = east.socket.counters.datagramsSent - before.datagramsSent;
  t.true(sent >= 18 && sent <= 22, `${sent}`);
  t.is((east.socket.counters.bytesSent - before.bytesSent) / sent, 34);
});

test('on a line that loses much no picture is given up, and hardly any sound', t => {
  for (let seed = 0; seed < 5; seed += 1) {
    const { world, run, came, heard, restarts, newest } = publishing({ loss: 0.1, jitterMs: 5 }, seed);
    run(5_000);
    world.run(1_000);
    t.deepEqual(restarts, [], `seed ${seed}`);
    t.is(came.length, newest() + 1, `seed ${seed}`);
    t.true(heard.length >= ((newest() + 1) / PACKETS) * 0.97, `seed ${seed}: ${heard.length}`);
  }
});

test('a track that is broken off is told of once, with the last packet that arrived', t => {
  const { world, east, run, came, restarts } = publishing();
  run(500);
  const last = came.at(-1)!.number;
  world.cut(EAST, WEST);
  run(1_000);
  t.deepEqual(restarts, []);
  world.mend(EAST, WEST);
  run(200);
  t.is(restarts.length, 1);
  const { sequenceNumber, epoch } = (east.of('restart')[0] as Of<'restart'>).after!;
  t.is(epoch, 5);
  // Its acknowledgement may have been lost.
  const behind = last - (sequenceNumber - media(0).sequenceNumber);
  t.true(behind >= 0 && behind <= 3 * PACKETS, `${behind}`);
});
