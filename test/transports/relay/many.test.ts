import test from 'ava';
import { EAST, grantAll, media, SOUTH, WEST, World } from './world.ts';

test('several links and streams share a port, and keep apart', t => {
  const world = new World({ delayMs: 20, loss: 0.05 });
  const [east, west, south] = [world.host(EAST), world.host(WEST), world.host(SOUTH)];
  grantAll(east);
  // West has two links to east: ids of subscriptions are the same on each.
  const links = [west.open(EAST), west.open(EAST), south.open(EAST)];
  for (const link of links) {
    const host = link === links[2] ? south : west;
    for (const stream of ['a', 'b']) host.with(link, (_, nowMs) => link.subscribe(nowMs, stream, ['x']));
  }
  world.run(2_000);
  const asked = east.of('subscribe');
  t.is(asked.length, 6);
  for (let number = 0; number < 50; number += 1) {
    for (const [place, { link, id }] of asked.entries())
      east.with(link, (_, nowMs) => link.sendMedia(nowMs, id, 'video', media(1_000 * place + number)));
    world.run(10);
  }
  world.run(1_000);
  t.is(east.links.size, 3);
  const came = [...west.of('media'), ...south.of('media')];
  t.is(came.length, 300);
  // Each subscription has had exactly one of the six series, whole and in order.
  const series = new Map<unknown, number[]>();
  for (const { link, id, sequenceNumber } of came) {
    const key = `${link.localId} ${id}`;
    series.set(key, [...(series.get(key) ?? []), sequenceNumber - 70_000]);
  }
  t.deepEqual(
    [...series.values()].sort((one, other) => one[0]! - other[0]!),
    asked.map((_, place) => Array.from({ length: 50 }, (_, number) => 1_000 * place + number)),
  );
});

test('each end of a link may ask the other', t => {
  const world = new World({ delayMs: 20, loss: 0.05 });
  const [east, west] = [world.host(EAST), world.host(WEST)];
  grantAll(east);
  grantAll(west);
  const westLink = west.open(EAST);
  world.run(1_000);
  const eastLink = east.of('up')[0]!.link;
  west.with(westLink, (link, nowMs) => link.subscribe(nowMs, 'of-east', ['west']));
  east.with(eastLink, (link, nowMs) => link.subscribe(nowMs, 'of-west', ['east']));
  world.run(500);
  for (let number = 0; number < 50; number += 1) {
    east.with(eastLink, (link, nowMs) => link.sendMedia(nowMs, 1, 'audio', media(number)));
    west.with(westLink, (link, nowMs) => link.sendMedia(nowMs, 1, 'audio', media(1_000 + number)));
    world.run(10);
  }
  world.run(1_000);
  const numbers = (host: typeof east) => host.of('media').map(told => told.sequenceNumber - 70_000);
  t.deepEqual(
    numbers(west),
    Array.from({ length: 50 }, (_, number) => number),
  );
  t.deepEqual(
    numbers(east),
    Array.from({ length: 50 }, (_, number) => 1_000 + number),
  );
});
