import test from 'ava';
import { grantAll, media, upPair } from './world.ts';

function watching() {
  const pair = upPair({ delayMs: 20 });
  const { world, east, west, westLink } = pair;
  grantAll(east);
  const id = west.with(westLink, (link, nowMs) => link.subscribe(nowMs, 'math-101', ['west'])) as number;
  world.run(100);
  const asked = east.of('subscribe')[0]!;
  const send = (number: number) =>
    east.with(asked.link, (link, nowMs) => link.sendMedia(nowMs, asked.id, 'video', media(number)));
  return { ...pair, id, asked, send };
}

test('after an unsubscribe nothing more comes, the provider is told, and nothing is held', t => {
  const { world, east, west, westLink, id, asked, send } = watching();
  t.true(send(0));
  world.run(100);
  t.true(west.with(westLink, (link, nowMs) => link.unsubscribe(nowMs, id)));
  t.true(send(1), 'the word has not come yet');
  world.run(100);
  t.is(west.of('media').length, 1);
  t.deepEqual(
    east.of('unsubscribe').map(told => told.id),
    [asked.id],
  );
  t.false(send(2));
  world.run(1_000);
  t.is(west.of('media').length, 1);
  for (const link of [westLink, asked.link]) {
    t.deepEqual(link.held, { conversations: 1, subscriptions: 0, early: 0 });
    t.is(link.waitingSegments, 0);
  }
  const { datagramsSent } = asked.link.counters;
  world.run(2_000);
  t.true(asked.link.counters.datagramsSent - datagramsSent <= 8, 'only pings and their echoes');
});

test('a stream that ends is ended for who watches it', t => {
  const { world, east, west, westLink, id, asked, send } = watching();
  t.true(east.with(asked.link, (link, nowMs) => link.end(nowMs, asked.id, 'the publisher has left')));
  t.false(send(1));
  world.run(100);
  t.deepEqual(
    west.of('ended').map(({ link, ...rest }) => rest),
    [{ kind: 'ended', id, reason: 'the publisher has left' }],
  );
  t.false(west.with(westLink, (link, nowMs) => link.requestKeyframe(nowMs, id)));
  for (const link of [westLink, asked.link]) t.is(link.held.conversations, 1);
});

test('an unsubscribe and a grant that cross end the subscription at both ends', t => {
  const { world, east, west, westLink } = upPair({ delayMs: 20 });
  const id = west.with(westLink, (link, nowMs) => link.subscribe(nowMs, 'math-101', ['west'])) as number;
  world.run(30);
  const asked = east.of('subscribe')[0]!;
  west.with(westLink, (link, nowMs) => link.unsubscribe(nowMs, id));
  t.true(east.with(asked.link, (link, nowMs) => link.accept(nowMs, asked.id, 1)));
  world.run(100);
  t.deepEqual(west.of('subscribed'), []);
  t.is(east.of('unsubscribe').length, 1);
  t.false(east.with(asked.link, (link, nowMs) => link.accept(nowMs, asked.id, 1)));
  for (const link of [westLink, asked.link])
    t.deepEqual(link.held, { conversations: 1, subscriptions: 0, early: 0 });
});

test('a keyframe is asked for', t => {
  const { world, east, west, westLink, id, asked } = watching();
  t.true(west.with(westLink, (link, nowMs) => link.requestKeyframe(nowMs, id)));
  world.run(100);
  t.deepEqual(
    east.of('keyframe').map(told => told.id),
    [asked.id],
  );
});

test('a stream watched, left and watched again a hundred times leaves nothing behind', t => {
  const { world, east, west, westLink, asked } = watching();
  for (let round = 0; round < 100; round += 1) {
    const id = west.with(westLink, (link, nowMs) => link.subscribe(nowMs, 'again', ['west'])) as number;
    world.run(60);
    const again = east.of('subscribe').at(-1)!;
    east.with(again.link, (link, nowMs) => link.sendMedia(nowMs, again.id, 'video', media(round)));
    world.run(30);
    t.is(west.of('media').at(-1)?.id, id);
    west.with(westLink, (link, nowMs) => link.unsubscribe(nowMs, id));
  }
  world.run(200);
  for (const link of [westLink, asked.link])
    t.deepEqual(link.held, { conversations: 3, subscriptions: 1, early: 0 });
});
