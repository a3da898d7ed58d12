import test from 'ava';
import { LOG_DELAY_MS, LOG_POST_MAX, LogPosts } from '../../../actors/shard/log-posts.ts';
import { VirtualClock } from '../../../simulations/virtual-clock.ts';

function open() {
  const clock = new VirtualClock();
  const posts: (readonly object[])[] = [];
  return { clock, posts, log: new LogPosts(clock, entries => posts.push(entries)) };
}

test('what is said within a moment goes together, in its order', t => {
  const { clock, posts, log } = open();
  log.add({ level: 'info', n: 1 });
  log.add({ level: 'debug', n: 2 });
  t.deepEqual(posts, []);
  clock.advanceTo(clock.nowMs() + LOG_DELAY_MS);
  log.add({ level: 'info', n: 3 });
  clock.advanceTo(clock.nowMs() + LOG_DELAY_MS);
  clock.advanceTo(clock.nowMs() + LOG_DELAY_MS);
  t.deepEqual(posts, [
    [
      { level: 'info', n: 1 },
      { level: 'debug', n: 2 },
    ],
    [{ level: 'info', n: 3 }],
  ]);
});

test('a fault goes at once, after what was said before it', t => {
  const { clock, posts, log } = open();
  log.add({ level: 'info', n: 1 });
  log.add({ level: 'error', n: 2 });
  log.add({ level: 'warn', n: 3 });
  clock.advanceTo(clock.nowMs() + LOG_DELAY_MS);
  t.deepEqual(posts, [
    [
      { level: 'info', n: 1 },
      { level: 'error', n: 2 },
    ],
    [{ level: 'warn', n: 3 }],
  ]);
});

test('no more than so many wait', t => {
  const { posts, log } = open();
  for (let n = 0; n <= LOG_POST_MAX; n += 1) log.add({ level: 'info', n });
  t.is(posts.length, 1);
  log.flush();
  log.flush();
  t.deepEqual(
    posts.map(entries => entries.length),
    [LOG_POST_MAX, 1],
  );
});
