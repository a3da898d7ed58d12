import test from 'ava';
import { Conversations } from '../../../transports/relay/conversations.ts';
import { starts } from '../kcp/sequence-starts.ts';
import { EAST, grantAll, media, WEST, World } from './world.ts';

for (const firstSequence of starts) {
  test(`media goes on where KCP's numbers wrap around: from ${firstSequence}`, t => {
    const world = new World({ delayMs: 20, loss: 0.05 }, firstSequence);
    const conversations = { firstSequence };
    const east = world.host(EAST, { conversations });
    const west = world.host(WEST, { conversations });
    grantAll(east);
    const link = west.open(EAST);
    west.with(link, (_, nowMs) => link.subscribe(nowMs, 'math-101', ['west']));
    world.run(1_000);
    const asked = east.of('subscribe')[0]!;
    for (let number = 0; number < 100; number += 1) {
      east.with(asked.link, (_, nowMs) => asked.link.sendMedia(nowMs, asked.id, 'video', media(number, 100)));
      world.run(10);
    }
    world.run(1_000);
    t.deepEqual(
      west.of('media').map(({ sequenceNumber }) => sequenceNumber),
      Array.from({ length: 100 }, (_, number) => media(number).sequenceNumber),
    );
    t.is(asked.link.counters.packetsDroppedQueueFull, 0);
    t.is(asked.link.waitingSegments, 0);
  });
}

for (const [first, expected] of [
  [1, [1, 3, 5, 7]],
  [2 ** 32 - 3, [2 ** 32 - 3, 2 ** 32 - 1, 1, 3]],
  [2 ** 32 - 4, [2 ** 32 - 4, 2 ** 32 - 2, 2, 4]],
] as const) {
  test(`numbers of conversations wrap around, past that of the control messages: from ${first}`, t => {
    const conversations = new Conversations(first, { add() {}, finish() {} });
    t.deepEqual(
      expected.map(() => conversations.allocateId()),
      [...expected],
    );
  });
}

test('a number is not given again while its conversation lasts', t => {
  const conversations = new Conversations(2 ** 32 - 1, { add() {}, finish() {} });
  conversations.open(1);
  t.deepEqual([conversations.allocateId(), conversations.allocateId()], [2 ** 32 - 1, 3]);
});
