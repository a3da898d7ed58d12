import test from 'ava';
import { drained } from '../../gateway/draining.ts';
import { fakeActors, notReachable, shardReport, timeout } from './fake-actors.ts';
import { virtualClock } from './virtual-clock.ts';

/** Two shards that report so many viewers, one figure for each time they are asked. */
function leaving(...viewers: readonly number[]) {
  const left = [...viewers];
  return fakeActors({
    drain: { type: 'accepted' },
    report: ({ path }) =>
      shardReport(Number(path.at(-1)), {
        viewers: path.endsWith('1') ? 0 : left.length > 1 ? left.shift()! : left[0]!,
      }),
  });
}

/** Whether it is over, and after how long. */
async function over(actors: ReturnType<typeof fakeActors>, limitMs: number): Promise<number> {
  const clock = virtualClock();
  let isOver = false;
  drained(actors, 'edge-1', 2, limitMs, clock).then(() => {
    isOver = true;
  });
  for (;;) {
    for (let i = 0; i < 3; i += 1) await new Promise(setImmediate);
    if (isOver) return clock.nowMs();
    clock.advance(200);
  }
}

test('it waits until nobody is left', async t => {
  t.is(await over(leaving(5, 3, 1, 0), 10_000), 600);
  t.is(await over(leaving(0), 10_000), 0);
});

test('no longer than the limit', async t => {
  t.is(await over(leaving(5), 2000), 2000);
});

test('a shard that does not answer is not waited for, and a node that stands alone drains nothing', async t => {
  t.is(await over(fakeActors({ drain: { type: 'accepted' }, report: timeout }), 10_000), 0);
  const alone = fakeActors({ drain: notReachable });
  t.is(await over(alone, 10_000), 0);
  t.deepEqual(
    alone.asked.map(({ message }) => message.type),
    ['drain'],
  );
});
