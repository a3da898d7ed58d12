import test from 'ava';
import type { Host } from './world.ts';
import { grantAll, media, upPair } from './world.ts';

const impairments = {
  clean: { delayMs: 25 },
  'loss of 5 %': { delayMs: 25, loss: 0.05 },
  'bursts of loss': { delayMs: 25, loss: 0.05, burst: 4 },
  duplicates: { delayMs: 25, duplicate: 0.2 },
  reordering: { delayMs: 25, jitterMs: 5, reorder: 0.2 },
  'all of it': { delayMs: 25, jitterMs: 10, loss: 0.05, duplicate: 0.1, reorder: 0.1 },
} as const;

for (const [name, settings] of Object.entries(impairments)) {
  for (const seed of [1, 2]) {
    test(`both tracks come whole and in order: ${name}, seed ${seed}`, t => {
      const { world, east, west, westLink } = upPair(settings, seed);
      grantAll(east);
      const id = west.with(westLink, (link, nowMs) => link.subscribe(nowMs, 'math-101', ['west']));
      world.run(1_000);
      t.deepEqual(
        west.of('subscribed').map(({ kind, link, ...rest }) => rest),
        [{ id, epoch: 5, path: [] }] as never,
      );
      const provided = east.of('subscribe')[0]!;
      const ntp = { seconds: 4_000_000_000, fraction: 123 };
      for (let number = 0; number < 300; number += 1) {
        east.with(provided.link, (link, nowMs) => {
          t.true(link.sendMedia(nowMs, provided.id, 'video', media(number)));
          if (number % 3 === 0) t.true(link.sendMedia(nowMs, provided.id, 'audio', media(number, 80)));
          if (number === 100)
            t.true(link.sendClock(nowMs, provided.id, 'video', { epoch: 5, ntp, timestamp: 2 ** 33 }));
        });
        world.run(5);
      }
      world.run(1_000);
      const all = Array.from({ length: 300 }, (_, number) => number);
      t.deepEqual(
        numbersOf(west, 'video', 1_100),
        all.map(number => media(number).sequenceNumber),
      );
      t.deepEqual(
        numbersOf(west, 'audio', 80),
        all.filter(number => number % 3 === 0).map(number => media(number).sequenceNumber),
      );
      t.deepEqual(
        west.of('clock').map(({ kind, link, ...rest }) => rest),
        [{ id, track: 'video', epoch: 5, ntp, timestamp: 2 ** 33 }] as never,
      );
      // The clock came in its place among the track's packets.
      const video = west.told.filter(told => 'track' in told && told.track === 'video');
      t.is(
        video.findIndex(({ kind }) => kind === 'clock'),
        101,
      );
      t.is(provided.link.counters.packetsDroppedQueueFull, 0);
    });
  }
}

test('a packet on a link that was idle takes the delay of the link and nothing more', t => {
  const { world, east, west, westLink } = upPair({ delayMs: 25 });
  grantAll(east);
  west.with(westLink, (link, nowMs) => link.subscribe(nowMs, 'math-101', ['west']));
  world.run(1_000);
  const provided = east.of('subscribe')[0]!;
  for (let number = 0; number < 20; number += 1) {
    east.with(provided.link, (link, nowMs) => {
      // Three packets of one frame, in one go.
      for (let part = 0; part < 3; part += 1)
        link.sendMedia(nowMs, provided.id, 'video', media(3 * number + part));
    });
    world.run(25);
    t.is(west.of('media').length, 3 * (number + 1));
    world.run(75);
  }
});

test('a new epoch is seen in the frames of the same subscription', t => {
  const { world, east, west, westLink } = upPair();
  grantAll(east);
  west.with(westLink, (link, nowMs) => link.subscribe(nowMs, 'math-101', ['west']));
  world.run(100);
  const { link, id } = east.of('subscribe')[0]!;
  for (const epoch of [5, 2 ** 41])
    east.with(link, (_, nowMs) => link.sendMedia(nowMs, id, 'audio', { ...media(1), epoch }));
  world.run(100);
  t.deepEqual(
    west.of('media').map(({ epoch }) => epoch),
    [5, 2 ** 41],
  );
});

test('what is asked for before the link is up is asked when it is', t => {
  const { world, east, west } = upPair();
  grantAll(east);
  const second = west.open(east.address);
  west.with(second, (link, nowMs) => link.subscribe(nowMs, 'math-101', ['west']));
  t.is(second.state, 'opening');
  world.run(100);
  t.deepEqual(
    west.of('subscribed').map(({ link }) => link),
    [second],
  );
});

/** The sequence numbers of the frames that came as they were sent, all else of them included. */
function numbersOf(host: Host, track: 'audio' | 'video', byteCount: number): readonly number[] {
  const frames = host.of('media').filter(told => told.track === track);
  const isAsSent = ({ epoch, sequenceNumber, timestamp, packet }: (typeof frames)[number]) => {
    const sent = media(sequenceNumber - media(0).sequenceNumber, byteCount);
    return epoch === sent.epoch && timestamp === sent.timestamp && Buffer.compare(packet, sent.packet) === 0;
  };
  return frames.filter(isAsSent).map(({ sequenceNumber }) => sequenceNumber);
}
