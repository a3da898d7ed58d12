import test from 'ava';
import { at, puppet, testSystem } from './harness.ts';

const news = { type: 'news' };

test('news that crosses with the leaving of the one it was for is nothing to be warned of', async t => {
  const { system, log } = testSystem();
  const actor = system.start('/viewer', puppet, {});
  system.tell(actor, news);
  system.stopActor(actor);
  system.tell(actor, news);
  const inbox = system.inbox(() => {});
  inbox.close();
  system.tell(inbox.address, news);
  t.is(system.counters.deadLetters, 3);
  t.deepEqual(
    log.map(({ level }) => level),
    ['debug', 'debug'],
  );
});

test('a message to a path that nobody has is', t => {
  const { system, log } = testSystem();
  system.tell(at('/nobody'), news);
  t.is(log[0]?.level, 'warn');
});
